pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The seasons of a series, and the episodes of the one chosen.
FocusScope {
    id: shelf

    required property var app
    readonly property var view: app.title.state
    property int current: 0
    signal leftward
    signal upward
    signal revealed(Item item) // this one should be in sight

    implicitHeight: column.implicitHeight

    function enter(): void {
        current = Math.min(Math.max(0, view.upcomingIndex), cards.count - 1);
        focusEpisode(current);
    }
    function focusEpisode(index: int): bool {
        const item = cards.itemAt(index);
        if (!item || !item.enabled)
            return false;
        item.forceActiveFocus(Qt.OtherFocusReason);
        return true;
    }
    function step(by: int): void {
        for (let index = current + by; index >= 0 && index < cards.count; index += by) {
            if (focusEpisode(index))
                return;
        }
        if (by < 0)
            view.seasons.length > 1 ? bar.focusChosen() : upward();
    }

    Column {
        id: column

        width: parent.width
        spacing: 12
        Row {
            id: bar

            spacing: 8
            visible: shelf.view.seasons.length > 1

            function focusChosen(): void {
                seasons.itemAt(Math.max(0, shelf.view.seasons.indexOf(shelf.view.season))).forceActiveFocus(Qt.OtherFocusReason);
            }

            Repeater {
                id: seasons

                // By number: a new list of the same length keeps its buttons, and with them the focus.
                model: shelf.view.seasons.length
                PillButton {
                    required property int index
                    readonly property int season: shelf.view.seasons[index] ?? 0

                    compact: true
                    text: "Season " + season
                    chosen: season === shelf.view.season
                    Accessible.checkable: true
                    Accessible.checked: chosen
                    onClicked: shelf.app.title.chooseSeason(season)
                    onActiveFocusChanged: if (activeFocus) shelf.revealed(this)
                    Keys.onLeftPressed: index > 0 ? seasons.itemAt(index - 1).forceActiveFocus(Qt.OtherFocusReason) : shelf.leftward()
                    Keys.onRightPressed: if (index + 1 < seasons.count) seasons.itemAt(index + 1).forceActiveFocus(Qt.OtherFocusReason)
                    Keys.onUpPressed: shelf.upward()
                    Keys.onDownPressed: {
                        shelf.current = -1;
                        shelf.step(1);
                    }
                }
            }
        }
        Column {
            width: parent.width
            spacing: 4
            Repeater {
                id: cards

                model: shelf.app.title.cards
                EpisodeCard {
                    required property int index

                    width: column.width
                    onClicked: shelf.app.play(card.id)
                    onLooked: at => shelf.app.look(card.id, at)
                    onActiveFocusChanged: if (activeFocus) {
                        shelf.current = index;
                        shelf.revealed(this);
                    }
                    Keys.onUpPressed: shelf.step(-1)
                    Keys.onDownPressed: shelf.step(1)
                    Keys.onLeftPressed: shelf.leftward()
                }
            }
        }
    }
}
