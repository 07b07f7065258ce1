pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

FocusScope {
    id: page

    required property var app
    readonly property var view: app.home.state
    readonly property string phase: view.phase
    readonly property bool filled: phase === "ready"
    property int section: -1 // -1: the hero, else a row
    signal leftward

    onPhaseChanged: if (activeFocus) Qt.callLater(focusSection)
    onActiveFocusChanged: if (activeFocus) Qt.callLater(focusSection)

    function focusSection(): void {
        if (!page.activeFocus)
            return;
        if (!filled) {
            (phase === "away" ? away : blank).forceActiveFocus(Qt.OtherFocusReason);
            return;
        }
        section = Math.max(view.hero ? -1 : 0, Math.min(section, rows.count - 1));
        const item = section < 0 ? hero : rows.itemAt(section);
        if (item)
            item.forceActiveFocus(Qt.OtherFocusReason);
    }
    function move(to: int): void {
        if (to < (view.hero ? -1 : 0) || to >= rows.count)
            return;
        section = to;
        focusSection();
        reveal(to);
    }
    function reveal(index: int): void {
        const item = index < 0 ? hero : rows.itemAt(index);
        if (!item)
            return;
        // The row sits at the foot of the window, so that what comes before stays in sight.
        const wanted = index < 0 ? 0 : item.y + item.height + 12 - flick.height;
        slide.to = Math.max(0, Math.min(flick.contentHeight - flick.height, wanted));
        slide.restart();
    }

    Flickable {
        id: flick

        anchors.fill: parent
        contentHeight: column.height + 40
        boundsBehavior: Flickable.StopAtBounds
        visible: page.filled

        NumberAnimation {
            id: slide

            target: flick
            property: "contentY"
            duration: Theme.moveMs
            easing.type: Easing.OutCubic
        }
        Column {
            id: column

            width: flick.width
            Hero {
                id: hero

                width: parent.width
                height: visible ? Math.max(385, Math.min(680, page.height * 0.5625)) : 40
                app: page.app
                view: page.view.hero || null
                visible: !!page.view.hero
                onLeftward: page.leftward()
                onDownward: page.move(0)
            }
            Repeater {
                id: rows

                model: page.app.home.rows
                CardRow {
                    required property int index
                    required property var row

                    width: column.width
                    app: page.app
                    name: row.name
                    reason: row.reason
                    wide: row.wide
                    available: column.width
                    onLeftward: page.leftward()
                    onUpward: page.move(index - 1)
                    onDownward: page.move(index + 1)
                    onActiveFocusChanged: if (activeFocus) page.section = index
                }
            }
        }
    }
    HomeSkeleton {
        anchors.fill: parent
        heroHeight: Math.max(385, Math.min(680, page.height * 0.5625))
        waiting: page.phase === "loading"
        visible: waiting
        status: page.view.status
    }
    FocusScope {
        id: blank

        anchors.fill: parent
        Keys.onLeftPressed: page.leftward()
        PreparingPanel {
            anchors.centerIn: parent
            width: Math.min(parent.width - 2 * Theme.gutter, 640)
            cards: page.app.home.cards
            most: Math.max(2, Math.floor((page.height - 300) / 62))
            visible: page.phase === "preparing"
        }
        StatePanel {
            anchors.centerIn: parent
            width: Math.min(parent.width - 2 * Theme.gutter, 480)
            visible: page.phase === "empty"
            symbol: "film"
            title: "Your library is empty"
            detail: "Drop films or folders on this window. Matinee copies nothing: your files stay where they are."
            hint: "On the command line: matinee add PATH"
        }
    }
    StatePanel {
        id: away

        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 520)
        visible: page.phase === "away"
        symbol: "server-off"
        tint: Theme.coral
        title: page.view.trouble ? page.view.trouble.title : ""
        detail: page.view.trouble ? page.view.trouble.detail : ""
        hint: page.view.trouble ? page.view.trouble.hint : ""
        action: "Try now"
        onActed: page.app.home.refresh()
        Keys.onLeftPressed: page.leftward()
    }
    Notice {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.top: parent.top
        anchors.topMargin: 16
        width: Math.min(parent.width - 2 * Theme.gutter, 720)
        trouble: page.filled ? page.view.notice || null : null
        action: "Try now"
        onActed: page.app.home.refresh()
    }
}
