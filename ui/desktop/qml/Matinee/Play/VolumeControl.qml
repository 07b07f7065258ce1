pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Mute, and a slider that comes out for those who reach for it.
FocusScope {
    id: control

    required property var player
    readonly property var transport: player.transport
    readonly property bool wide: hover.hovered || slider.pressed || rail.activeFocus || mute.activeFocus && Theme.keyboard
    readonly property alias button: mute
    signal leftward
    signal rightward

    implicitWidth: mute.width + (wide ? 108 : 0)
    implicitHeight: 44
    Behavior on implicitWidth { NumberAnimation { duration: Theme.moveMs; easing.type: Easing.OutCubic } }

    HoverHandler { id: hover }
    IconButton {
        id: mute

        focus: true
        name: control.transport.muted ? "Sound on" : "Mute"
        symbol: control.transport.muted || control.transport.volume === 0 ? "volume-x" : control.transport.volume < 50 ? "volume-1" : "volume-2"
        shortcut: "M"
        onClicked: control.player.toggleMuted()
        Keys.onLeftPressed: control.leftward()
        Keys.onRightPressed: control.rightward()
    }
    Item {
        id: rail

        x: mute.width + 8
        width: 92
        height: parent.height
        opacity: control.wide ? 1 : 0
        visible: opacity > 0.01
        activeFocusOnTab: true
        Behavior on opacity { NumberAnimation { duration: Theme.stateMs } }
        Accessible.role: Accessible.Slider
        Accessible.name: "Volume"
        Accessible.description: Math.round(control.transport.volume) + " %"
        Accessible.focusable: true
        Accessible.onIncreaseAction: control.player.stepVolume(1)
        Accessible.onDecreaseAction: control.player.stepVolume(-1)
        Keys.onLeftPressed: control.player.stepVolume(-1)
        Keys.onRightPressed: control.player.stepVolume(1)

        Rectangle {
            id: track

            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            height: 4
            radius: 2
            color: "#59FFFFFF"
            FocusRing {
                shown: rail.activeFocus
                corner: 2
            }
            Rectangle {
                width: parent.width * control.transport.volume / 100
                height: parent.height
                radius: 2
                color: control.transport.muted ? Theme.text3 : Theme.text1
            }
            Rectangle {
                x: control.transport.volume / 100 * (track.width - width)
                anchors.verticalCenter: parent.verticalCenter
                width: 13
                height: 13
                radius: 7
                color: control.transport.muted ? Theme.text3 : Theme.text1
            }
        }
        MouseArea {
            id: slider

            anchors.fill: parent
            preventStealing: true
            function set(): void {
                control.player.setVolume(100 * Math.max(0, Math.min(1, mouseX / width)));
            }
            onPressed: set()
            onPositionChanged: if (pressed) set()
        }
    }
}
