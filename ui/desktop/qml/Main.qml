pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import Matinee.Parts
import Matinee.Browse
import Matinee.Play

Window {
    id: window

    required property var app
    readonly property string place: app.screen
    property int windowed: Window.Windowed // what leaving full screen goes back to

    minimumWidth: 720
    minimumHeight: 480
    color: Theme.ink950
    title: place === "player" && app.player.transport.name !== "" ? app.player.transport.name + " \u2013 Matinee" : "Matinee"
    onPlaceChanged: Qt.callLater(focusPlace)

    Binding { target: Theme; property: "reducedMotion"; value: window.app.reducedMotion }
    Binding { target: Theme; property: "keyboard"; value: window.app.keyboard }

    function focusPlace(): void {
        if (sheet.visible)
            return;
        const pages = { "home": homePage, "search": searchPage, "library": libraryPage, "title": titlePage, "player": playerPage };
        pages[place].forceActiveFocus(Qt.OtherFocusReason);
    }
    function toggleFullScreen(): void {
        if (visibility === Window.FullScreen) {
            visibility = windowed;
        } else {
            windowed = visibility === Window.Maximized ? Window.Maximized : Window.Windowed;
            visibility = Window.FullScreen;
        }
    }

    FocusScope {
        id: root

        anchors.fill: parent
        focus: true
        Keys.onPressed: event => {
            const plain = !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier));
            if (event.key === Qt.Key_F11 || event.key === Qt.Key_F && plain) {
                window.toggleFullScreen();
            } else if (event.text === "?" && plain) {
                sheet.open();
            } else if (event.text === "/" && plain && window.place !== "player") {
                window.app.go("search");
            } else if ((event.key === Qt.Key_Escape || event.key === Qt.Key_Backspace || event.key === Qt.Key_Back) && plain) {
                if (!window.app.back() && window.visibility === Window.FullScreen)
                    window.toggleFullScreen();
            } else {
                return;
            }
            event.accepted = true;
        }

        Item {
            id: browse

            anchors.fill: parent
            visible: window.place !== "player"

            Rail {
                id: rail

                height: parent.height
                app: window.app
                z: 1
                visible: !window.app.titleOpen
                onLeave: window.focusPlace()
                onHelp: sheet.open()
            }
            Item {
                id: pages

                x: rail.width
                width: parent.width - x
                height: parent.height
                visible: !window.app.titleOpen

                HomePage {
                    id: homePage

                    anchors.fill: parent
                    app: window.app
                    visible: window.app.destination === "home"
                    onLeftward: rail.focusCurrent()
                }
                SearchPage {
                    id: searchPage

                    anchors.fill: parent
                    app: window.app
                    visible: window.app.destination === "search"
                    onLeftward: rail.focusCurrent()
                }
                LibraryPage {
                    id: libraryPage

                    anchors.fill: parent
                    app: window.app
                    visible: window.app.destination === "library"
                    onLeftward: rail.focusCurrent()
                }
            }
            TitlePage {
                id: titlePage

                anchors.fill: parent
                app: window.app
                visible: window.app.titleOpen
            }
            TapHandler {
                acceptedButtons: Qt.BackButton
                onTapped: window.app.back()
            }
        }
        PlayerPage {
            id: playerPage

            anchors.fill: parent
            app: window.app
            fullScreen: window.visibility === Window.FullScreen
            visible: window.place === "player"
            onFullScreenAsked: window.toggleFullScreen()
        }
        DropArea {
            id: drop

            anchors.fill: parent
            keys: ["text/uri-list"]
            onDropped: event => window.app.addUrls(event.urls)
            Rectangle {
                anchors.fill: parent
                anchors.margins: 16
                radius: Theme.radiusPanel
                color: "#D90B0B0F"
                border.width: 2
                border.color: Theme.amber
                visible: drop.containsDrag
                StatePanel {
                    anchors.centerIn: parent
                    symbol: "folder-plus"
                    tint: Theme.amber
                    title: "Add to your library"
                    detail: "Your files stay where they are."
                }
            }
        }
        ShortcutSheet {
            id: sheet

            anchors.fill: parent
            version: window.app.version
            onClosed: window.focusPlace()
        }
        Toast {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: window.place === "player" ? 130 : 24
            message: window.app.message
        }
    }
}
