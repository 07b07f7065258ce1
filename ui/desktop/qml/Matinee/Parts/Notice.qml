pragma ComponentBehavior: Bound
import QtQuick

// A banner over what is known already: something is wrong, and nothing is lost.
Rectangle {
    id: notice

    property var trouble: null // {title, detail, hint} or nothing
    property string action: ""
    signal acted

    implicitHeight: Math.max(48, words.implicitHeight + 20)
    radius: Theme.radiusPanel
    color: Theme.ink800
    border.width: 1
    border.color: Theme.hairline
    visible: !!trouble
    Accessible.role: Accessible.AlertMessage
    Accessible.name: trouble ? trouble.title + ". " + trouble.detail : ""

    Icon {
        id: mark

        anchors.left: parent.left
        anchors.leftMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        name: "triangle-alert"
        colour: Theme.coral
        side: 20
    }
    Column {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: 12
        anchors.right: act.visible ? act.left : parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2
        BodyText {
            width: parent.width
            text: notice.trouble ? notice.trouble.title : ""
            font.pixelSize: 14
            font.weight: Font.DemiBold
        }
        BodyText {
            width: parent.width
            text: notice.trouble ? (notice.trouble.detail + " " + notice.trouble.hint).trim() : ""
            font.pixelSize: 13
            color: Theme.text2
            wrapMode: Text.Wrap
            maximumLineCount: 2
            visible: text !== ""
        }
    }
    PillButton {
        id: act

        anchors.right: parent.right
        anchors.rightMargin: 10
        anchors.verticalCenter: parent.verticalCenter
        compact: true
        text: notice.action
        visible: notice.action !== ""
        onClicked: notice.acted()
    }
}
