pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Matinee.Parts

FocusScope {
    id: page

    required property var app
    readonly property var view: app.search.state
    signal leftward

    T.TextField {
        id: field

        x: Theme.gutter
        y: 32
        width: Math.min(parent.width - 2 * Theme.gutter, 640)
        height: 52
        leftPadding: 52
        rightPadding: 48
        verticalAlignment: TextInput.AlignVCenter
        focus: true
        text: page.view.query
        maximumLength: 200
        color: Theme.text1
        selectionColor: Theme.amber
        selectedTextColor: Theme.inkOnAmber
        placeholderText: "Films, series, episodes"
        font.family: Theme.body
        font.pixelSize: 18
        selectByMouse: true
        inputMethodHints: Qt.ImhNoPredictiveText
        Accessible.name: "Search"
        onTextEdited: page.app.search.type(text)
        Keys.onDownPressed: if (grid.count > 0) grid.forceActiveFocus(Qt.OtherFocusReason)
        Keys.onReturnPressed: if (grid.count > 0) grid.forceActiveFocus(Qt.OtherFocusReason)
        Keys.onPressed: event => {
            if (event.key === Qt.Key_Left && cursorPosition === 0 && selectedText === "") {
                event.accepted = true;
                page.leftward();
            } else if (event.key === Qt.Key_Backspace && text === "") {
                event.accepted = true; // one press too many should not leave the page
            }
        }
        background: Rectangle {
            radius: Theme.radius
            color: Theme.ink800
            border.width: 1
            border.color: field.activeFocus ? Theme.ink600 : "transparent"
            FocusRing { shown: field.activeFocus }
        }
        BodyText {
            x: field.leftPadding
            height: parent.height
            verticalAlignment: Text.AlignVCenter
            text: field.placeholderText
            font.pixelSize: 18
            color: Theme.text3
            visible: field.text === "" && field.preeditText === ""
        }
        Icon {
            x: 16
            anchors.verticalCenter: parent.verticalCenter
            name: "search"
            colour: Theme.text2
            side: 22
        }
        IconButton {
            anchors.right: parent.right
            anchors.rightMargin: 6
            anchors.verticalCenter: parent.verticalCenter
            width: 40
            height: 40
            side: 20
            focusPolicy: Qt.NoFocus
            name: "Clear"
            symbol: "x"
            visible: field.text !== ""
            onClicked: {
                page.app.search.type("");
                field.forceActiveFocus(Qt.OtherFocusReason);
            }
        }
        cursorDelegate: Rectangle {
            width: 2
            color: Theme.amber
            visible: field.cursorVisible
        }
    }
    CardGrid {
        id: grid

        anchors.top: field.bottom
        anchors.topMargin: 20
        anchors.bottom: parent.bottom
        width: parent.width
        app: page.app
        model: page.app.search.cards
        onLeftward: page.leftward()
        onUpward: field.forceActiveFocus(Qt.OtherFocusReason)
    }
    StatePanel {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 480)
        visible: page.view.phase === "idle"
        symbol: "search"
        title: "What would you like to see?"
        detail: "Results come as you type."
    }
    StatePanel {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 480)
        visible: page.view.phase === "nothing"
        symbol: "film"
        title: "Nothing found"
        detail: "No title here goes by \u201C" + page.view.query.trim() + "\u201D."
        hint: "Try fewer letters, or look through the library."
        action: "Open the library"
        onActed: page.app.go("library")
    }
    StatePanel {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.gutter, 480)
        visible: page.view.phase === "away"
        symbol: "server-off"
        tint: Theme.coral
        title: page.view.trouble ? page.view.trouble.title : ""
        detail: "Your library is safe on its disk."
        hint: page.view.trouble ? page.view.trouble.hint : ""
        action: "Try again"
        onActed: page.app.search.ask()
    }
}
