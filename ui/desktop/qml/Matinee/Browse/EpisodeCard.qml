pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Matinee.Parts

// An episode in its series' list.
T.AbstractButton {
    id: button

    required property var card
    readonly property bool lit: hovered && !Theme.keyboard || activeFocus && Theme.keyboard
    signal looked(bool at) // the eye rests here, or has moved on

    onLitChanged: looked(lit)
    implicitHeight: 102
    hoverEnabled: true
    focusPolicy: Qt.ClickFocus
    enabled: card.playable
    text: card.name
    Accessible.name: card.spoken
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Theme.radius
        color: button.lit ? Theme.ink800 : "transparent"
        Behavior on color { ColorAnimation { duration: Theme.stateMs } }
        FocusRing { shown: button.activeFocus }
    }
    RoundedImage {
        id: still

        x: 8
        y: 8
        width: 153
        height: 86
        corner: 8
        source: button.card.stillUrl || button.card.posterUrl
        colour: button.card.colour
        opacity: button.enabled ? 1 : 0.45
        Icon {
            anchors.centerIn: parent
            name: "play-solid"
            side: 24
            visible: button.hovered && !Theme.keyboard
        }
        ProgressLine {
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: 8
            value: button.card.preparing ? button.card.progress : button.card.watched
            visible: button.card.preparing || button.card.watched > 0
        }
    }
    Column {
        anchors.left: still.right
        anchors.leftMargin: 18
        anchors.right: tick.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 4
        BodyText {
            width: parent.width
            text: button.card.name
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            maximumLineCount: 2
        }
        BodyText {
            width: parent.width
            text: button.card.line
            font.pixelSize: 14
            font.features: Theme.tabular
            color: button.card.failed ? Theme.coral : Theme.text2
        }
        BodyText {
            width: parent.width
            text: button.card.hint
            font.pixelSize: 14
            color: Theme.text3
            visible: text !== ""
        }
    }
    Icon {
        id: tick

        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        name: "circle-check"
        colour: Theme.text2
        side: 20
        opacity: button.card.finished ? 1 : 0
    }
}
