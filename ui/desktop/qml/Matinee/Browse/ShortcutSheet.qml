pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Every key, and who made what is inside.
FocusScope {
    id: sheet

    required property string version
    signal closed

    readonly property var groups: [
        { "name": "Everywhere", "keys": [
            ["\u2190 \u2191 \u2192 \u2193", "Move"], ["Enter", "Play or open"], ["I", "About a title"],
            ["Esc", "Back"], ["/", "Search"], ["F", "Full screen"], ["?", "This sheet"]] },
        { "name": "Film", "keys": [
            ["Space", "Pause or go on"], ["\u2190 \u2192", "5 seconds"], ["J L", "10 seconds"],
            ["0\u20139", "To a tenth of the film"], ["\u2191 \u2193", "Volume"], ["M", "Mute"]] },
        { "name": "Picture and sound", "keys": [
            ["C", "Next subtitles"], ["A", "Next audio"], ["[ ]", "Slower, faster"],
            ["I", "Why the picture looks as it does"], ["Tab", "To the buttons"]] }
    ]

    visible: false
    Accessible.role: Accessible.Dialog
    Accessible.name: "Keys and about"
    Keys.onPressed: event => {
        event.accepted = true;
        if (event.key !== Qt.Key_Tab)
            close();
    }

    function open(): void {
        visible = true;
        forceActiveFocus(Qt.PopupFocusReason);
    }
    function close(): void {
        visible = false;
        closed();
    }

    Rectangle {
        anchors.fill: parent
        color: "#CC0B0B0F"
        MouseArea {
            anchors.fill: parent
            hoverEnabled: true
            onClicked: sheet.close()
            onWheel: wheel => wheel.accepted = true
        }
    }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(parent.width - 48, 900)
        height: Math.min(parent.height - 48, body.implicitHeight + 64)
        radius: Theme.radiusPanel
        color: Theme.ink900
        border.width: 1
        border.color: Theme.hairline
        MouseArea { anchors.fill: parent }

        Flickable {
            anchors.fill: parent
            anchors.margins: 32
            contentHeight: body.implicitHeight
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            Column {
                id: body

                width: parent.width
                spacing: 24
                Headline {
                    text: "Keys"
                    size: 24
                    font.weight: Font.DemiBold
                }
                Row {
                    id: columns

                    width: parent.width
                    spacing: 28
                    Repeater {
                        model: sheet.groups
                        Column {
                            id: group

                            required property var modelData

                            width: (columns.width - 2 * columns.spacing) / 3
                            spacing: 8
                            BodyText {
                                text: group.modelData.name
                                font.pixelSize: 14
                                font.weight: Font.DemiBold
                                color: Theme.text2
                                bottomPadding: 4
                            }
                            Repeater {
                                model: group.modelData.keys
                                Row {
                                    id: line

                                    required property var modelData

                                    spacing: 12
                                    KeyCap {
                                        id: cap

                                        text: line.modelData[0]
                                    }
                                    BodyText {
                                        width: group.width - cap.width - 12
                                        height: cap.height
                                        verticalAlignment: Text.AlignVCenter
                                        text: line.modelData[1]
                                        font.pixelSize: 14
                                    }
                                }
                            }
                        }
                    }
                }
                Rectangle {
                    width: parent.width
                    height: 1
                    color: Theme.hairline
                }
                BodyText {
                    width: parent.width
                    text: "Matinee " + sheet.version + ". The starter film is Big Buck Bunny, \u00A9 2008 Blender Foundation, peach.blender.org, under CC BY 3.0. "
                        + "Set in Inter (SIL OFL 1.1) with Lucide icons (ISC), drawn by Qt (LGPL 3) and mpv (LGPL 2.1 or GPL 2, as your system ships it)."
                    color: Theme.text2
                    font.pixelSize: 13
                    lineHeight: 1.4
                    wrapMode: Text.Wrap
                }
            }
        }
        IconButton {
            anchors.right: parent.right
            anchors.top: parent.top
            anchors.margins: 16
            name: "Close"
            symbol: "x"
            shortcut: "Esc"
            tipSide: "below"
            focus: true
            onClicked: sheet.close()
        }
    }
}
