pragma ComponentBehavior: Bound
import QtQuick

// All text goes through here: words from the server are never read as markup.
Text {
    textFormat: Text.PlainText
    color: Theme.text1
    font.family: Theme.body
    font.pixelSize: 15
    elide: Text.ElideRight
    renderType: Text.QtRendering
}
