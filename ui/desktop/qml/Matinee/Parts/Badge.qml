pragma ComponentBehavior: Bound
import QtQuick

Rectangle {
    id: badge

    required property string text
    property string meaning: ""

    implicitWidth: label.implicitWidth + 12
    implicitHeight: 20
    radius: 4
    color: "transparent"
    border.width: 1
    border.color: Theme.ink600
    Accessible.role: Accessible.StaticText
    Accessible.name: meaning || text

    BodyText {
        id: label

        anchors.centerIn: parent
        text: badge.text
        font.pixelSize: 12
        font.weight: Font.Medium
        color: Theme.text2
        elide: Text.ElideNone
    }
    HoverHandler { id: hover }
    Tip {
        visible: hover.hovered && badge.meaning !== ""
        text: badge.meaning
    }
}
