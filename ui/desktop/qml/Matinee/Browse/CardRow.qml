pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// A row and why it is there.
FocusScope {
    id: row

    required property var app
    required property string name
    required property string reason
    required property bool wide
    required property var cards // a list model
    property real available: width
    signal leftward // the focus wants out on the left
    signal upward
    signal downward

    readonly property real pictureWidth: wide ? Math.max(196, Math.min(320, Math.round(available / 5.4)))
                                              : Math.max(124, Math.min(196, Math.round(available / 8.75)))
    readonly property real pictureHeight: Math.round(pictureWidth * (wide ? 9 / 16 : 3 / 2))

    implicitHeight: 36 + pictureHeight + 66
    Accessible.role: Accessible.List
    Accessible.name: reason === "" ? name : name + ", " + reason

    HoverHandler { id: hover }
    Row {
        x: Theme.gutter
        height: 26
        spacing: 10
        BodyText {
            id: heading

            text: row.name
            width: Math.min(implicitWidth, row.width * 0.6)
            font.pixelSize: 18
            font.weight: Font.DemiBold
            font.letterSpacing: -0.2
        }
        BodyText {
            anchors.baseline: heading.baseline
            width: Math.min(implicitWidth, row.width - heading.width - 2 * Theme.gutter - 10)
            text: row.reason
            font.pixelSize: 14
            color: Theme.text3
        }
    }
    ListView {
        id: list

        y: 36
        width: parent.width
        height: row.pictureHeight + 66
        focus: true
        orientation: ListView.Horizontal
        spacing: Theme.gap
        leftMargin: Theme.gutter
        rightMargin: Theme.gutter
        model: row.cards
        boundsBehavior: Flickable.StopAtBounds
        cacheBuffer: 400
        reuseItems: false
        keyNavigationEnabled: false
        highlightFollowsCurrentItem: false
        delegate: TitleCard {
            required property int index

            width: row.pictureWidth
            pictureWidth: row.pictureWidth
            wide: row.wide
            focus: ListView.isCurrentItem
            onActiveFocusChanged: if (activeFocus) list.show(index)
            onClicked: row.app.activate(card.id, card.playable)
            onDetails: row.app.openTitle(card.id)
            onLooked: at => row.app.look(card.id, at)
        }
        Keys.onLeftPressed: currentIndex > 0 ? step(-1) : row.leftward()
        Keys.onRightPressed: step(1)
        Keys.onUpPressed: row.upward()
        Keys.onDownPressed: row.downward()

        function step(by: int): void {
            const index = Math.max(0, Math.min(count - 1, currentIndex + by));
            currentIndex = index;
            show(index);
            if (currentItem)
                currentItem.forceActiveFocus(Qt.OtherFocusReason);
        }
        function show(index: int): void {
            currentIndex = index;
            const pitch = row.pictureWidth + spacing;
            const left = index * pitch - Theme.gutter;
            const right = (index + 1) * pitch + Theme.gutter + Theme.gap - width;
            const furthest = Math.max(-leftMargin, contentWidth + rightMargin - width);
            if (contentX > left)
                slideTo(Math.max(-leftMargin, left));
            else if (contentX < right)
                slideTo(Math.min(furthest, right));
        }
        function slideTo(x: real): void {
            slide.to = x;
            slide.restart();
        }
        function page(by: int): void {
            const furthest = Math.max(-leftMargin, contentWidth + rightMargin - width);
            slideTo(Math.max(-leftMargin, Math.min(furthest, contentX + by * width * 0.8)));
        }

        NumberAnimation {
            id: slide

            target: list
            property: "contentX"
            duration: Theme.moveMs
            easing.type: Easing.OutCubic
        }
    }
    Repeater {
        model: [{ "by": -1, "name": "Earlier titles", "symbol": "chevron-left" }, { "by": 1, "name": "More titles", "symbol": "chevron-right" }]
        IconButton {
            required property var modelData

            x: modelData.by < 0 ? 0 : row.width - width
            y: 36
            width: 40
            height: row.pictureHeight
            focusPolicy: Qt.NoFocus
            name: modelData.name
            symbol: modelData.symbol
            visible: opacity > 0
            opacity: hover.hovered && (modelData.by < 0 ? list.contentX > -list.leftMargin + 1 : list.contentX < list.contentWidth + list.rightMargin - list.width - 1) ? 1 : 0
            Behavior on opacity { NumberAnimation { duration: Theme.stateMs } }
            onClicked: list.page(modelData.by)
            Rectangle {
                z: -1
                anchors.fill: parent
                color: "#B30B0B0F"
            }
        }
    }
}
