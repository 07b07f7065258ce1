pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Posters as a wall, as many a line as fit.
GridView {
    id: grid

    required property var app
    signal leftward
    signal upward

    readonly property int columns: Math.max(2, Math.floor((width - 2 * Theme.gutter + Theme.gap) / (150 + Theme.gap)))
    readonly property real pictureWidth: Math.floor((width - 2 * Theme.gutter - (columns - 1) * Theme.gap) / columns)

    leftMargin: Theme.gutter
    rightMargin: Theme.gutter - Theme.gap
    topMargin: 8
    bottomMargin: 40
    cellWidth: pictureWidth + Theme.gap
    cellHeight: Math.round(pictureWidth * 1.5) + 72
    boundsBehavior: Flickable.StopAtBounds
    keyNavigationEnabled: false
    highlightFollowsCurrentItem: false
    clip: true
    cacheBuffer: 600
    Accessible.role: Accessible.List

    delegate: TitleCard {
        required property int index

        width: grid.pictureWidth
        pictureWidth: grid.pictureWidth
        focus: GridView.isCurrentItem
        onActiveFocusChanged: if (activeFocus) grid.currentIndex = index
        onClicked: grid.app.activate(card.id, card.playable)
        onDetails: grid.app.openTitle(card.id)
        onLooked: at => grid.app.look(card.id, at)
    }
    Keys.onLeftPressed: currentIndex % columns === 0 ? leftward() : goTo(currentIndex - 1)
    Keys.onRightPressed: if (currentIndex + 1 < count) goTo(currentIndex + 1)
    Keys.onUpPressed: currentIndex < columns ? upward() : goTo(currentIndex - columns)
    Keys.onDownPressed: {
        const lines = Math.ceil(count / columns);
        if (Math.floor(currentIndex / columns) + 1 < lines)
            goTo(Math.min(count - 1, currentIndex + columns));
    }

    function goTo(index: int): void {
        currentIndex = index;
        const top = Math.floor(index / columns) * cellHeight;
        const bottom = top + cellHeight - height + 16;
        if (contentY > top - topMargin)
            slideTo(top - topMargin);
        else if (contentY < bottom)
            slideTo(bottom);
        if (currentItem)
            currentItem.forceActiveFocus(Qt.OtherFocusReason);
    }
    function slideTo(y: real): void {
        slide.to = y;
        slide.restart();
    }

    NumberAnimation {
        id: slide

        target: grid
        property: "contentY"
        duration: Theme.moveMs
        easing.type: Easing.OutCubic
    }
}
