pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

FocusScope {
    id: page

    required property var app
    readonly property var view: app.library.state
    readonly property var filters: [{ "key": "all", "name": "All" }, { "key": "films", "name": "Films" }, { "key": "series", "name": "Series" }]
    signal leftward

    Item {
        id: head

        x: Theme.gutter
        width: parent.width - 2 * Theme.gutter
        height: 104
        Headline {
            id: heading

            y: 34
            text: "Library"
            size: 32
        }
        BodyText {
            anchors.left: heading.right
            anchors.leftMargin: 14
            anchors.baseline: heading.baseline
            text: page.view.count
            font.pixelSize: 14
            color: Theme.text3
        }
        Row {
            anchors.right: parent.right
            anchors.verticalCenter: heading.verticalCenter
            spacing: 8
            Repeater {
                id: chips

                model: page.filters
                PillButton {
                    required property var modelData
                    required property int index

                    compact: true
                    text: modelData.name
                    chosen: page.view.filter === modelData.key
                    Accessible.checkable: true
                    Accessible.checked: chosen
                    onClicked: page.app.library.choose(modelData.key)
                    Keys.onLeftPressed: index > 0 ? chips.itemAt(index - 1).forceActiveFocus(Qt.OtherFocusReason) : page.leftward()
                    Keys.onRightPressed: if (index + 1 < chips.count) chips.itemAt(index + 1).forceActiveFocus(Qt.OtherFocusReason)
                    Keys.onDownPressed: grid.forceActiveFocus(Qt.OtherFocusReason)
                }
            }
        }
    }
    CardGrid {
        id: grid

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        focus: true
        app: page.app
        model: page.app.library.cards
        onLeftward: page.leftward()
        onUpward: chips.itemAt(0).forceActiveFocus(Qt.OtherFocusReason)
    }
    Flow {
        anchors.top: head.bottom
        anchors.topMargin: 8
        x: Theme.gutter
        width: parent.width - 2 * Theme.gutter
        spacing: Theme.gap
        visible: !page.view.loaded && !page.view.trouble
        Repeater {
            model: 14
            Skeleton {
                waiting: !page.view.loaded
                width: grid.pictureWidth
                height: grid.pictureWidth * 1.5
            }
        }
    }
    StatePanel {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 480)
        visible: page.view.loaded && grid.count === 0 && !page.view.trouble
        title: page.view.filter === "all" ? "Your library is empty" : "Nothing of this kind yet"
        detail: "Drop films or folders on this window, and they appear here."
    }
    StatePanel {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 480)
        visible: !!page.view.trouble && grid.count === 0
        symbol: "server-off"
        tint: Theme.coral
        title: page.view.trouble ? page.view.trouble.title : ""
        detail: "Your films are safe. We keep trying."
        hint: page.view.trouble ? page.view.trouble.hint : ""
    }
}
