pragma ComponentBehavior: Bound
import QtQuick

// Names of films and screens: the display cut, tightly set.
BodyText {
    property int size: 46

    font.family: Theme.display
    font.pixelSize: size
    font.weight: Font.Bold
    font.letterSpacing: -0.02 * size
    lineHeight: 1.04
    wrapMode: Text.Wrap
}
