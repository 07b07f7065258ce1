pragma ComponentBehavior: Bound
import QtQuick

Rectangle {
    id: cap

    required property string text

    implicitWidth: Math.max(28, label.implicitWidth + 16)
    implicitHeight: 28
    radius: 6
    color: Theme.ink700

    BodyText {
        id: label

        anchors.centerIn: parent
        text: cap.text
        font.pixelSize: 13
        font.weight: Font.Medium
    }
}
