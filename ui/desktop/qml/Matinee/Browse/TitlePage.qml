pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// What a title is, where one stopped, and for a series its episodes.
FocusScope {
    id: page

    required property var app
    readonly property var view: app.title.state
    readonly property var card: view.card || null
    readonly property string titleId: view.id
    readonly property bool playable: view.action.titleId !== ""
    readonly property bool series: view.seasons.length > 0
    readonly property bool beside: series && width > 1080 // the episodes stand beside the text
    property bool fresh: true // just opened: the focus belongs to the play button

    onTitleIdChanged: {
        fresh = true;
        flick.contentY = 0;
        settle();
    }
    onPlayableChanged: {
        fresh = fresh || back.activeFocus;
        settle();
    }
    onActiveFocusChanged: Qt.callLater(settle)

    function settle(): void {
        if (!activeFocus)
            return;
        if (fresh || !(back.activeFocus || act.activeFocus || again.activeFocus || shelf.activeFocus || failure.activeFocus))
            (playable ? act : view.trouble && !view.loaded ? failure : back).forceActiveFocus(Qt.OtherFocusReason);
        fresh = fresh && !playable;
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.ink950
    }
    TitleBackdrop {
        width: parent.width
        height: Math.min(parent.height * 0.74, 680)
        card: page.card
        crowded: page.beside
    }
    Flickable {
        id: flick

        anchors.fill: parent
        contentHeight: Math.max(height, content.y + content.height + 40)
        boundsBehavior: Flickable.StopAtBounds

        function reveal(item: Item): void {
            const top = item.mapToItem(flick.contentItem, 0, 0).y;
            if (top + item.height + 24 > contentY + height)
                slideTo(top + item.height + 24 - height);
            else if (top - 24 < contentY)
                slideTo(top - 24);
        }
        function slideTo(y: real): void {
            slide.to = Math.max(0, Math.min(y, contentHeight - height));
            slide.restart();
        }

        NumberAnimation {
            id: slide

            target: flick
            property: "contentY"
            duration: Theme.moveMs
            easing.type: Easing.OutCubic
        }
        IconButton {
            id: back

            x: Theme.gutter - 12
            y: 24
            name: "Back"
            symbol: "chevron-left"
            shortcut: "Esc"
            tipSide: "below"
            onClicked: page.app.back()
            onActiveFocusChanged: if (activeFocus) flick.slideTo(0)
            Keys.onDownPressed: if (page.playable) act.forceActiveFocus(Qt.OtherFocusReason)
        }
        Item {
            id: content

            x: Theme.gutter
            y: page.series ? 120 : Math.max(120, page.height * 0.3)
            width: parent.width - 2 * Theme.gutter
            height: Math.max(about.height, page.series ? shelf.y + shelf.height : 0)

            Column {
                id: about

                width: page.beside ? Math.min(460, parent.width * 0.4) : Math.min(parent.width, 640)
                visible: page.view.loaded
                Headline {
                    width: parent.width
                    text: page.card ? page.card.name : ""
                    size: page.width > 1080 ? 46 : 38
                    maximumLineCount: 4
                }
                Item { width: 1; height: 14 }
                FactsLine {
                    width: parent.width
                    facts: page.view.facts
                }
                Item { width: 1; height: 16; visible: synopsis.visible }
                BodyText {
                    id: synopsis

                    width: parent.width
                    text: page.view.synopsis
                    color: Theme.text2
                    wrapMode: Text.Wrap
                    lineHeight: 25
                    lineHeightMode: Text.FixedHeight
                    maximumLineCount: 12
                    visible: text !== ""
                }
                Item { width: 1; height: 18 }
                TitleState {
                    width: Math.min(parent.width, 420)
                    card: page.card
                }
                Flow {
                    width: parent.width
                    spacing: 12
                    visible: page.playable
                    PillButton {
                        id: act

                        focus: true
                        primary: true
                        symbol: "play-solid"
                        text: page.view.action.label
                        onClicked: page.app.play(page.view.action.titleId)
                        onActiveFocusChanged: if (activeFocus) flick.slideTo(0)
                        Keys.onUpPressed: back.forceActiveFocus(Qt.OtherFocusReason)
                        Keys.onDownPressed: if (page.series) shelf.enter()
                        Keys.onRightPressed: again.visible ? again.forceActiveFocus(Qt.OtherFocusReason) : page.beside ? shelf.enter() : undefined
                    }
                    PillButton {
                        id: again

                        symbol: "rotate-ccw"
                        text: "From the start"
                        visible: page.view.action.canRestart
                        onClicked: page.app.playFromStart(page.view.action.titleId)
                        Keys.onLeftPressed: act.forceActiveFocus(Qt.OtherFocusReason)
                        Keys.onUpPressed: back.forceActiveFocus(Qt.OtherFocusReason)
                        Keys.onDownPressed: if (page.series) shelf.enter()
                        Keys.onRightPressed: if (page.beside) shelf.enter()
                    }
                    BodyText {
                        height: 44
                        verticalAlignment: Text.AlignVCenter
                        text: page.view.action.line
                        color: Theme.text2
                        font.pixelSize: 14
                    }
                }
                Item { width: 1; height: 30 }
                Repeater {
                    model: page.view.particulars
                    Item {
                        id: particular

                        required property var modelData

                        width: about.width
                        height: Math.max(26, value.implicitHeight + 6)
                        BodyText {
                            width: 92
                            text: particular.modelData.label
                            color: Theme.text3
                            font.pixelSize: 14
                        }
                        BodyText {
                            id: value

                            x: 100
                            width: parent.width - 100
                            text: particular.modelData.text
                            color: Theme.text2
                            font.pixelSize: 14
                            wrapMode: Text.Wrap
                            maximumLineCount: 4
                        }
                    }
                }
            }
            EpisodeShelf {
                id: shelf

                x: page.beside ? about.width + 56 : 0
                y: page.beside ? 0 : about.height + 28
                width: parent.width - x
                visible: page.series
                app: page.app
                onLeftward: act.forceActiveFocus(Qt.OtherFocusReason)
                onUpward: (page.playable ? act : back).forceActiveFocus(Qt.OtherFocusReason)
                onRevealed: item => flick.reveal(item)
            }
        }
    }
    Column {
        x: Theme.gutter
        y: Math.max(120, page.height * 0.3)
        spacing: 18
        visible: !page.view.loaded && !page.view.trouble
        Skeleton { width: 360; height: 46; waiting: parent.visible }
        Skeleton { width: 240; height: 18; radius: 6; waiting: parent.visible }
        Skeleton { width: 480; height: 18; radius: 6; waiting: parent.visible }
        Skeleton { width: 132; height: 44; waiting: parent.visible }
    }
    StatePanel {
        id: failure

        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 480)
        visible: !!page.view.trouble && !page.view.loaded
        onVisibleChanged: if (visible) page.settle()
        symbol: "triangle-alert"
        tint: Theme.coral
        title: page.view.trouble ? page.view.trouble.title : ""
        detail: page.view.trouble ? page.view.trouble.detail : ""
        hint: page.view.trouble ? page.view.trouble.hint : ""
        action: "Try again"
        secondary: "Back"
        onActed: page.app.title.refresh()
        onDeclined: page.app.back()
    }
}
