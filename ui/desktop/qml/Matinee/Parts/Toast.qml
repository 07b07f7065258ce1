pragma ComponentBehavior: Bound
import QtQuick

// A short word at the foot of the window; it leaves by itself.
Rectangle {
    id: toast

    property var message: null // {text, hint, trouble, number}
    readonly property int number: message ? message.number : 0
    property bool up: false

    width: Math.min(parent.width - 80, words.implicitWidth + (mark.visible ? 68 : 40))
    height: words.implicitHeight + 24
    radius: Theme.radiusPanel
    color: Theme.ink700
    opacity: up ? 1 : 0
    visible: opacity > 0
    Accessible.role: Accessible.AlertMessage
    Accessible.name: message ? message.text + ". " + message.hint : ""
    onNumberChanged: {
        if (number > 0) {
            up = true;
            leave.restart();
        }
    }
    Behavior on opacity { NumberAnimation { duration: Theme.moveMs; easing.type: Easing.OutCubic } }

    Timer {
        id: leave

        interval: toast.message && toast.message.trouble ? 8000 : 4000
        onTriggered: toast.up = false
    }
    Icon {
        id: mark

        anchors.left: parent.left
        anchors.leftMargin: 18
        anchors.verticalCenter: parent.verticalCenter
        side: 20
        name: "triangle-alert"
        colour: Theme.coral
        visible: !!toast.message && toast.message.trouble
    }
    Column {
        id: words

        anchors.left: mark.visible ? mark.right : parent.left
        anchors.leftMargin: mark.visible ? 12 : 20
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2
        BodyText {
            width: Math.min(implicitWidth, toast.parent.width - 170)
            text: toast.message ? toast.message.text : ""
            font.pixelSize: 14
            font.weight: Font.DemiBold
        }
        BodyText {
            width: Math.min(implicitWidth, toast.parent.width - 170)
            text: toast.message ? toast.message.hint : ""
            font.pixelSize: 13
            color: Theme.text2
            visible: text !== ""
        }
    }
}
