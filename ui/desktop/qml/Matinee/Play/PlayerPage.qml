pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts
import Matinee.Video

// The film in the whole window; controls over two gradients that leave by themselves.
FocusScope {
    id: page

    required property var app
    property bool fullScreen: false
    readonly property var player: app.player
    readonly property var transport: player.transport
    readonly property bool failed: transport.state === "failed"
    property bool statsShown: false
    property int restMs: 2500 // how long the controls stay
    property bool resting: true // nobody has touched anything for a while
    readonly property bool inControls: bar.activeFocus || controls.activeFocus || back.activeFocus
    readonly property bool controlsShown: !resting || transport.paused || transport.ended || menuPanel.menu !== "" || bar.dragging || failed || transport.opening
    // Subtitles stand above the controls while there are any.
    readonly property real covered: visible && controlsShown ? Math.min(0.5, 120 / Math.max(1, height)) : 0
    signal fullScreenAsked

    onCoveredChanged: player.output.liftSubtitles(covered)
    function wake(): void {
        resting = false;
        rest.restart();
    }
    function home(): void {
        surface.forceActiveFocus(Qt.OtherFocusReason);
    }

    onActiveFocusChanged: if (activeFocus && !failed && !end.open) home()
    onVisibleChanged: {
        menuPanel.menu = "";
        statsShown = statsShown && visible;
        if (visible)
            wake();
    }
    onFailedChanged: if (failed) Qt.callLater(() => trouble.forceActiveFocus(Qt.PopupFocusReason)); else if (activeFocus) home()

    Timer {
        id: rest

        interval: page.restMs
        onTriggered: {
            if (page.inControls && Theme.keyboard && page.visible && !page.transport.paused)
                page.home();
            page.resting = true;
        }
    }
    Rectangle {
        anchors.fill: parent
        color: "black"
    }
    VideoItem {
        anchors.fill: parent
        output: page.player.output
        visible: page.player.output.ready
    }
    BodyText {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 440)
        horizontalAlignment: Text.AlignHCenter
        text: "No picture: this window is drawn without OpenGL. The command \u201Cmatinee doctor\u201D says what is missing."
        color: Theme.text2
        wrapMode: Text.Wrap
        maximumLineCount: 3
        visible: !page.player.output.ready && !page.transport.busy && !page.failed
    }
    // Until the first picture: where the film is coming from.
    Image {
        anchors.fill: parent
        source: page.transport.opening ? page.transport.stillUrl : ""
        fillMode: Image.PreserveAspectCrop
        asynchronous: true
        opacity: status === Image.Ready && page.transport.opening ? 0.35 : 0
        visible: opacity > 0
        Behavior on opacity { NumberAnimation { duration: Theme.screenMs } }
    }
    FocusScope {
        id: surface

        anchors.fill: parent
        focus: true
        Accessible.role: Accessible.Pane
        Accessible.name: page.transport.name
        Keys.onTabPressed: {
            page.wake();
            controls.forceActiveFocus(Qt.TabFocusReason);
        }
        Keys.onPressed: event => {
            page.wake();
            event.accepted = keys.pressOnFilm(event);
        }

        HoverHandler {
            cursorShape: page.controlsShown ? Qt.ArrowCursor : Qt.BlankCursor
            onPointChanged: if (!Theme.keyboard) page.wake()
        }
        TapHandler {
            acceptedButtons: Qt.LeftButton
            gesturePolicy: TapHandler.ReleaseWithinBounds
            onSingleTapped: {
                if (menuPanel.menu !== "")
                    menuPanel.close();
                else if (!page.failed)
                    page.player.togglePause();
            }
            onDoubleTapped: {
                page.player.togglePause(); // takes back what the first of the two taps did
                page.fullScreenAsked();
            }
        }
        TapHandler {
            acceptedButtons: Qt.BackButton
            onTapped: page.app.back()
        }
        WheelHandler {
            acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
            onWheel: event => {
                page.wake();
                page.player.stepVolume(event.angleDelta.y > 0 ? 1 : -1);
            }
        }
    }
    Scrim {
        fromAbove: true
        width: parent.width
        height: 220
        depth: 0.78
        opacity: overlay.opacity
    }
    Scrim {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 320
        depth: 0.9
        opacity: overlay.opacity
    }
    Spinner {
        anchors.centerIn: parent
        running: page.transport.busy && !page.failed
    }
    Bubble {
        anchors.horizontalCenter: parent.horizontalCenter
        y: Math.round(parent.height * 0.16)
        message: page.player.message
    }
    Item {
        id: overlay

        anchors.fill: parent
        opacity: page.controlsShown ? 1 : 0
        visible: opacity > 0
        Behavior on opacity { NumberAnimation { duration: Theme.moveMs; easing.type: Easing.OutCubic } }

        IconButton {
            id: back

            x: Theme.gutter - 10
            y: 22
            name: "Back"
            symbol: "chevron-left"
            shortcut: "Esc"
            tipSide: "below"
            onClicked: page.app.back()
            Keys.onDownPressed: bar.forceActiveFocus(Qt.TabFocusReason)
        }
        Column {
            x: 80
            y: page.transport.line === "" ? 33 : 31
            width: parent.width - 480
            spacing: 2
            BodyText {
                width: parent.width
                text: page.transport.name
                font.pixelSize: 18
                font.weight: Font.DemiBold
                font.letterSpacing: -0.2
            }
            BodyText {
                width: parent.width
                text: page.transport.line
                font.pixelSize: 13
                color: Theme.text2
                visible: text !== ""
            }
        }
        SeekBar {
            id: bar

            x: Theme.gutter
            width: parent.width - 2 * Theme.gutter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 86
            player: page.player
            visible: !page.failed
            onUpward: back.forceActiveFocus(Qt.BacktabFocusReason)
            onDownward: controls.forceActiveFocus(Qt.TabFocusReason)
        }
        ControlBar {
            id: controls

            x: Theme.gutter
            width: parent.width - 2 * Theme.gutter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 36
            player: page.player
            menu: menuPanel.menu
            statsShown: page.statsShown
            fullScreen: page.fullScreen
            visible: !page.failed
            onMenuAsked: name => menuPanel.open(name)
            onStatsAsked: page.statsShown = !page.statsShown
            onFullScreenAsked: page.fullScreenAsked()
            onUpward: bar.forceActiveFocus(Qt.BacktabFocusReason)
        }
    }
    StatsPanel {
        anchors.right: parent.right
        anchors.rightMargin: Theme.gutter
        y: 88
        stats: page.player.stats
        chart: page.statsShown ? page.player.chart : null
        weighed: page.statsShown ? page.player.weighed : []
        room: page.height - y - 115
        visible: page.statsShown && !page.failed
    }
    Notice {
        readonly property real room: parent.width - 2 * Theme.gutter - (page.statsShown ? 430 : 0)

        x: Theme.gutter + Math.round((room - width) / 2)
        y: 88
        width: Math.min(room, 560)
        trouble: page.failed ? null : page.player.waiting || null
    }
    MenuPanel {
        id: menuPanel

        anchors.right: parent.right
        anchors.rightMargin: Theme.gutter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 122
        player: page.player
        onClosed: page.home()
    }
    EndCard {
        id: end

        property bool dismissed: false

        anchors.right: parent.right
        anchors.rightMargin: Theme.gutter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 130
        card: page.player.upcoming || null
        open: page.visible && page.transport.ended && !!page.player.upcoming && !dismissed
        onAccepted: page.player.playUpcoming()
        onDeclined: {
            dismissed = true;
            page.app.back();
        }
        Connections {
            target: page.player
            function onTransportChanged(): void {
                if (!page.transport.ended)
                    end.dismissed = false;
            }
        }
    }
    Rectangle {
        anchors.fill: parent
        color: "#D90B0B0F"
        visible: page.failed
        StatePanel {
            id: trouble

            anchors.centerIn: parent
            width: Math.min(parent.width - 2 * Theme.gutter, 520)
            symbol: "triangle-alert"
            tint: Theme.coral
            title: page.player.problem ? page.player.problem.title : "Playback stopped"
            detail: page.player.problem ? page.player.problem.detail : ""
            hint: page.player.problem ? page.player.problem.hint : ""
            action: "Try again"
            secondary: "Back"
            onActed: page.player.retry()
            onDeclined: page.app.back()
        }
    }

    // Keys that work wherever the focus is in the player.
    Keys.onPressed: event => {
        wake();
        event.accepted = keys.press(event);
    }
    PlayerKeys {
        id: keys

        player: page.player
        onStats: page.statsShown = !page.statsShown
        onLeave: page.leave()
    }

    function leave(): void {
        if (inControls && Theme.keyboard)
            home();
        else if (fullScreen)
            fullScreenAsked();
        else
            app.back();
    }
}
