pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

T.ToolTip {
    id: tip

    x: parent ? Math.round((parent.width - implicitWidth) / 2) : 0
    y: -implicitHeight - 8
    margins: 8
    padding: 7
    leftPadding: 10
    rightPadding: 10
    delay: 500
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent
    implicitWidth: contentItem.implicitWidth + leftPadding + rightPadding
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding

    contentItem: BodyText {
        text: tip.text
        font.pixelSize: 13
    }
    background: Rectangle {
        color: Theme.ink700
        radius: 6
    }
}
