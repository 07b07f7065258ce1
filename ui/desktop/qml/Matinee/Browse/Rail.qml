pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The destinations that exist, and help at the foot.
FocusScope {
    id: rail

    required property var app
    signal leave // to the content
    signal help

    readonly property var places: [
        { "screen": "home", "name": "Home", "symbol": "house", "key": "" },
        { "screen": "search", "name": "Search", "symbol": "search", "key": "/" },
        { "screen": "library", "name": "Library", "symbol": "film", "key": "" }
    ]

    implicitWidth: 72
    Accessible.role: Accessible.PageTabList
    Accessible.name: "Destinations"
    Keys.onRightPressed: leave()

    function focusCurrent(): void {
        const index = places.findIndex(place => place.screen === app.destination);
        buttons.itemAt(Math.max(0, index)).forceActiveFocus(Qt.OtherFocusReason);
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.ink950
    }
    Icon {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 26
        name: "matinee"
        colour: Theme.amber
        side: 26
    }
    Column {
        y: 94
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: 10
        Repeater {
            id: buttons

            model: rail.places
            IconButton {
                id: place

                required property var modelData
                required property int index
                readonly property bool current: rail.app.destination === modelData.screen

                implicitWidth: 48
                name: modelData.name
                symbol: modelData.symbol
                shortcut: modelData.key
                tipSide: "beside"
                colour: current ? Theme.amber : hovered || activeFocus ? Theme.text1 : Theme.text2
                flat: true
                focus: current
                Accessible.role: Accessible.PageTab
                Accessible.selected: current
                onClicked: {
                    rail.app.go(modelData.screen);
                    rail.leave();
                }
                Keys.onDownPressed: (index + 1 < buttons.count ? buttons.itemAt(index + 1) : helpButton).forceActiveFocus(Qt.TabFocusReason)
                Keys.onUpPressed: if (index > 0) buttons.itemAt(index - 1).forceActiveFocus(Qt.BacktabFocusReason)

                Rectangle {
                    z: -1
                    anchors.fill: parent
                    radius: Theme.radius
                    color: Theme.ink800
                    visible: place.current
                }
            }
        }
    }
    IconButton {
        id: helpButton

        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 18
        implicitWidth: 48
        name: "Keys and about"
        symbol: "keyboard"
        shortcut: "?"
        tipSide: "beside"
        colour: hovered || activeFocus ? Theme.text1 : Theme.text2
        onClicked: rail.help()
        Keys.onUpPressed: buttons.itemAt(buttons.count - 1).forceActiveFocus(Qt.BacktabFocusReason)
    }
}
