pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The buttons under the seek bar.
FocusScope {
    id: bar

    required property var player
    property string menu: "" // which one is open
    property bool statsShown: false
    property bool fullScreen: false
    readonly property var transport: player.transport
    readonly property bool hasNext: !!player.upcoming
    signal menuAsked(string name)
    signal statsAsked
    signal fullScreenAsked
    signal upward

    implicitHeight: 44
    Keys.onUpPressed: upward()

    component Walk: IconButton {
        property Item before: null
        property Item after: null

        Keys.onLeftPressed: if (before) before.forceActiveFocus(Qt.BacktabFocusReason)
        Keys.onRightPressed: if (after) after.forceActiveFocus(Qt.TabFocusReason)
    }

    Row {
        id: leftSide

        x: -10
        spacing: 8
        Walk {
            id: play

            focus: true
            name: bar.transport.paused || bar.transport.ended ? "Play" : "Pause"
            symbol: bar.transport.paused || bar.transport.ended ? "play-solid" : "pause-solid"
            side: 28
            shortcut: "Space"
            onClicked: bar.player.togglePause()
            after: rewind
        }
        Walk {
            id: rewind

            name: "Back 10 seconds"
            symbol: "rotate-ccw"
            caption: "10"
            side: 26
            shortcut: "J"
            onClicked: bar.player.jump(-1)
            before: play
            after: forward
        }
        Walk {
            id: forward

            name: "Forward 10 seconds"
            symbol: "rotate-cw"
            caption: "10"
            side: 26
            shortcut: "L"
            onClicked: bar.player.jump(1)
            before: rewind
            after: next.visible ? next : volume.button
        }
        Walk {
            id: next

            name: "Next episode"
            symbol: "skip-forward"
            visible: bar.hasNext
            onClicked: bar.player.playUpcoming()
            before: forward
            after: volume.button
        }
        VolumeControl {
            id: volume

            player: bar.player
            onLeftward: (next.visible ? next : forward).forceActiveFocus(Qt.BacktabFocusReason)
            onRightward: speed.forceActiveFocus(Qt.TabFocusReason)
        }
        BodyText {
            height: 44
            leftPadding: 4
            verticalAlignment: Text.AlignVCenter
            text: bar.player.time.position + "  /  " + bar.player.time.duration
            color: Theme.text2
            font.features: Theme.tabular
            elide: Text.ElideNone
            visible: bar.player.time.durationS > 0
            Accessible.role: Accessible.StaticText
            Accessible.name: bar.player.time.spoken
        }
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: -10
        spacing: 6
        Walk {
            id: speed

            name: "Speed"
            symbol: ""
            caption: bar.transport.speed
            implicitWidth: 52
            shortcut: "[ ]"
            colour: bar.menu === "speed" || bar.transport.speed !== "1\u00D7" ? Theme.amber : Theme.text1
            onClicked: bar.menuAsked("speed")
            before: volume.button
            after: tracks
        }
        Walk {
            id: tracks

            name: "Audio and subtitles"
            symbol: "captions"
            shortcut: "A, C"
            colour: bar.menu === "tracks" ? Theme.amber : Theme.text1
            onClicked: bar.menuAsked("tracks")
            before: speed
            after: quality
        }
        Walk {
            id: quality

            name: "Quality: " + bar.player.menus.qualityLabel
            symbol: "gauge"
            colour: bar.menu === "quality" || bar.player.menus.qualityLabel !== "Auto" ? Theme.amber : Theme.text1
            enabled: bar.player.menus.quality.length > 0
            onClicked: bar.menuAsked("quality")
            before: tracks
            after: stats
        }
        Walk {
            id: stats

            name: bar.statsShown ? "Hide stats" : "Stats"
            symbol: "activity"
            shortcut: "I"
            colour: bar.statsShown ? Theme.amber : Theme.text1
            onClicked: bar.statsAsked()
            before: quality
            after: full
        }
        Walk {
            id: full

            name: bar.fullScreen ? "Leave full screen" : "Full screen"
            symbol: bar.fullScreen ? "minimize" : "maximize"
            shortcut: "F"
            onClicked: bar.fullScreenAsked()
            before: stats
        }
    }
}
