pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The one open menu, above the buttons: quality beside its profiles, speed, or audio beside subtitles.
FocusScope {
    id: panel

    required property var player
    property string menu: "" // "", "quality", "speed" or "tracks"
    readonly property var menus: player.menus
    signal closed

    width: row.implicitWidth + 24
    height: Math.min(row.implicitHeight + 28, parent ? parent.height - 140 : 600)
    visible: menu !== ""
    Keys.onEscapePressed: close()
    Keys.onPressed: event => {
        // A menu keeps the keys to itself, apart from those that work everywhere.
        event.accepted = ![Qt.Key_F, Qt.Key_F11, Qt.Key_K, Qt.Key_M].includes(event.key);
        if (event.key === Qt.Key_Backspace)
            close();
    }

    function open(name: string): void {
        if (menu === name) {
            close();
            return;
        }
        menu = name;
        Qt.callLater(enter);
    }
    function close(): void {
        if (menu === "")
            return;
        menu = "";
        closed();
    }
    function enter(): void {
        if (menu === "tracks")
            (menus.audio.length > 1 || menus.subtitles.length === 0 ? audio : subtitles).enter();
        else if (menu !== "")
            single.enter();
    }

    Rectangle {
        anchors.fill: parent
        radius: Theme.radiusPanel
        color: "#F2131318"
        border.width: 1
        border.color: Theme.hairline
        MouseArea {
            anchors.fill: parent
            hoverEnabled: true
        }
    }
    Flickable {
        anchors.fill: parent
        anchors.margins: 12
        contentHeight: row.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        Row {
            id: row

            spacing: 16
            topPadding: 2
            OptionList {
                id: single

                visible: panel.menu === "quality" || panel.menu === "speed"
                width: panel.menu === "speed" ? 180 : 330
                heading: panel.menu === "speed" ? "Speed" : "Quality"
                note: panel.menu === "quality" ? panel.menus.qualityNote : ""
                options: panel.menu === "speed" ? panel.menus.speeds : panel.menus.quality
                onChosen: key => {
                    panel.player.choose(panel.menu, key);
                    panel.close();
                }
                onRightward: if (profiles.visible) profiles.enter()
            }
            OptionList {
                id: profiles

                visible: panel.menu === "quality"
                width: 270
                heading: "Auto goes by"
                options: panel.menus.profiles
                onChosen: key => {
                    panel.player.choose("profile", key);
                    panel.close();
                }
                onLeftward: single.enter()
            }
            OptionList {
                id: audio

                visible: panel.menu === "tracks" && options.length > 0
                width: 240
                heading: "Audio"
                options: panel.menus.audio
                onChosen: key => panel.player.choose("audio", key)
                onRightward: if (subtitles.visible) subtitles.enter()
            }
            OptionList {
                id: subtitles

                visible: panel.menu === "tracks"
                width: 220
                heading: "Subtitles"
                options: panel.menus.subtitles
                note: options.length === 0 ? "This title has none." : ""
                onChosen: key => panel.player.choose("subtitles", key)
                onLeftward: if (audio.visible) audio.enter()
            }
        }
    }
}
