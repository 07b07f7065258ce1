pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Matinee.Parts

// A title in a row or a grid. Wide ones show a still and how far one has come.
T.AbstractButton {
    id: button

    required property var card
    property bool wide: false
    property real pictureWidth: 138
    readonly property real pictureHeight: Math.round(pictureWidth * (wide ? 9 / 16 : 3 / 2))
    readonly property bool pointed: hovered && !Theme.keyboard // a mouse that only lies there counts for nothing
    readonly property bool lit: pointed || activeFocus && Theme.keyboard
    signal details
    signal looked(bool at) // the eye rests here, or has moved on

    onLitChanged: looked(lit)
    implicitWidth: pictureWidth
    implicitHeight: pictureHeight + 50
    hoverEnabled: true
    focusPolicy: Qt.ClickFocus
    text: card.name
    z: lit ? 1 : 0
    Accessible.name: card.spoken
    Accessible.description: card.playable ? "Plays" : "Opens its page"
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    Keys.onPressed: event => {
        if (event.key === Qt.Key_I || event.key === Qt.Key_Menu) {
            event.accepted = true;
            details();
        }
    }

    Item {
        id: art

        width: parent.width
        height: button.pictureHeight
        scale: button.pointed && !Theme.reducedMotion ? 1.02 : 1
        Behavior on scale { NumberAnimation { duration: Theme.stateMs; easing.type: Easing.OutCubic } }

        FocusRing { shown: button.activeFocus }
        RoundedImage {
            anchors.fill: parent
            source: button.wide ? button.card.stillUrl || button.card.posterUrl : button.card.posterUrl || button.card.stillUrl
            colour: button.card.colour
        }
        // A title without a picture says its name where the picture would be.
        Headline {
            anchors.fill: parent
            anchors.margins: 14
            visible: button.card.posterUrl === "" && button.card.stillUrl === ""
            text: button.card.name
            size: 18
            font.weight: Font.DemiBold
            maximumLineCount: 4
            color: Theme.clear(Theme.text1, 0.55)
        }
        Rectangle {
            anchors.fill: parent
            radius: Theme.radius
            color: Theme.ink950
            opacity: button.card.preparing || button.card.failed ? 0.62 : button.down ? 0.25 : 0
            Behavior on opacity { NumberAnimation { duration: Theme.stateMs } }
        }
        Rectangle {
            anchors.centerIn: parent
            width: 48
            height: 48
            radius: 24
            color: "#B30B0B0F"
            opacity: button.pointed && button.card.playable ? 1 : 0
            Behavior on opacity { NumberAnimation { duration: Theme.stateMs } }
            Icon {
                anchors.centerIn: parent
                anchors.horizontalCenterOffset: 2
                name: "play-solid"
                side: 22
            }
        }
        Icon {
            anchors.centerIn: parent
            name: button.card.failed ? "triangle-alert" : "hourglass"
            colour: button.card.failed ? Theme.coral : Theme.text1
            side: 26
            visible: button.card.failed || button.card.preparing
        }
        Rectangle {
            anchors.right: parent.right
            anchors.top: parent.top
            anchors.margins: 8
            width: 24
            height: 24
            radius: 12
            color: "#B30B0B0F"
            visible: button.card.finished
            Icon {
                anchors.centerIn: parent
                name: "check"
                side: 14
            }
        }
        ProgressLine {
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: 10
            anchors.bottomMargin: 8
            value: button.card.preparing ? button.card.progress : button.card.watched
            visible: button.card.preparing || button.card.watched > 0
        }
        IconButton {
            anchors.right: parent.right
            anchors.top: parent.top
            anchors.margins: 6
            width: 32
            height: 32
            side: 18
            focusPolicy: Qt.NoFocus
            flat: false
            name: "About " + button.card.name
            symbol: "info"
            shortcut: "I"
            opacity: (button.pointed || hovered) && button.card.playable ? 1 : 0
            visible: opacity > 0
            onClicked: button.details()
            Rectangle {
                z: -1
                anchors.fill: parent
                radius: Theme.radius
                color: "#B30B0B0F"
            }
        }
    }
    Column {
        anchors.top: art.bottom
        anchors.topMargin: 8
        width: parent.width
        spacing: 1
        BodyText {
            width: parent.width
            text: button.card.name
            font.pixelSize: 14
            font.weight: Font.DemiBold
            // A long name unfolds for the one that is looked at.
            wrapMode: button.lit ? Text.Wrap : Text.NoWrap
            maximumLineCount: button.lit ? 3 : 1
        }
        BodyText {
            width: parent.width
            text: button.card.line
            color: button.card.failed ? Theme.coral : Theme.text2
            font.pixelSize: 13
            font.features: Theme.tabular
            wrapMode: button.lit ? Text.Wrap : Text.NoWrap
            maximumLineCount: button.lit ? 2 : 1
        }
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: button.details()
    }
}
