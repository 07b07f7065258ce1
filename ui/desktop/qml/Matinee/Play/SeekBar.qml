pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Played in amber, buffered in white, and the time under the pointer.
FocusScope {
    id: bar

    required property var player
    readonly property var time: player.time
    readonly property bool engaged: pointer.containsMouse || pointer.pressed || activeFocus && Theme.keyboard
    readonly property bool dragging: pointer.pressed
    readonly property real shown: dragging ? pointer.share : time.played
    signal upward
    signal downward

    implicitHeight: 28
    enabled: time.durationS > 0
    Accessible.role: Accessible.Slider
    Accessible.name: "Position"
    Accessible.description: time.spoken
    Accessible.focusable: true
    Accessible.onIncreaseAction: player.step(1)
    Accessible.onDecreaseAction: player.step(-1)
    activeFocusOnTab: true
    Keys.onLeftPressed: player.step(-1)
    Keys.onRightPressed: player.step(1)
    Keys.onUpPressed: upward()
    Keys.onDownPressed: downward()

    Rectangle {
        id: track

        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        height: bar.engaged ? 7 : 5
        radius: height / 2
        color: "#40FFFFFF"
        Behavior on height { NumberAnimation { duration: Theme.stateMs } }
        FocusRing {
            shown: bar.activeFocus
            corner: parent.radius
        }
        Repeater {
            // By number: the ranges grow many times a second, and seldom become more or fewer.
            model: bar.time.buffered.length
            Rectangle {
                required property int index
                readonly property var range: bar.time.buffered[index] ?? [0, 0]

                x: range[0] * track.width
                width: Math.max(0, (range[1] - range[0]) * track.width)
                height: track.height
                radius: track.radius
                color: "#80FFFFFF"
            }
        }
        Rectangle {
            width: bar.time.durationS > 0 ? Math.max(height, bar.shown * track.width) : 0
            height: track.height
            radius: track.radius
            color: Theme.amber
        }
        Rectangle {
            x: pointer.share * track.width - 1
            y: -2
            width: 2
            height: track.height + 4
            color: Theme.text1
            visible: pointer.containsMouse && !pointer.pressed
        }
        Rectangle {
            x: Math.max(0, Math.min(track.width - width, bar.shown * track.width - width / 2))
            anchors.verticalCenter: parent.verticalCenter
            width: bar.engaged ? 19 : 15
            height: width
            radius: width / 2
            color: Theme.amber
            visible: bar.time.durationS > 0
            Behavior on width { NumberAnimation { duration: Theme.stateMs } }
        }
    }
    Rectangle {
        x: Math.max(0, Math.min(bar.width - width, pointer.share * bar.width - width / 2))
        y: -34
        width: stamp.implicitWidth + 18
        height: 28
        radius: 6
        color: "#E60B0B0F"
        visible: pointer.containsMouse || pointer.pressed
        BodyText {
            id: stamp

            anchors.centerIn: parent
            text: bar.clock(pointer.share * bar.time.durationS)
            font.pixelSize: 13
            font.weight: Font.DemiBold
            font.features: Theme.tabular
        }
    }
    MouseArea {
        id: pointer

        readonly property real share: Math.max(0, Math.min(1, mouseX / Math.max(1, width)))

        anchors.fill: parent
        hoverEnabled: true
        cursorShape: Qt.PointingHandCursor
        preventStealing: true
        onReleased: bar.player.seek(share * bar.time.durationS)
    }

    function clock(seconds: real): string {
        const whole = Math.max(0, Math.floor(seconds));
        const two = value => String(value).padStart(2, "0");
        const hours = Math.floor(whole / 3600);
        const minutes = Math.floor(whole / 60) % 60;
        return hours > 0 ? hours + ":" + two(minutes) + ":" + two(whole % 60) : minutes + ":" + two(whole % 60);
    }
}
