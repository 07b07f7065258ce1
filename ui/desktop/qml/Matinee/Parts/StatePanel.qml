pragma ComponentBehavior: Bound
import QtQuick

// What a screen says when it has nothing else to show: empty, away, nothing found.
FocusScope {
    id: panel

    property string symbol: "film"
    property color tint: Theme.text2
    property string title: ""
    property string detail: ""
    property string hint: ""
    property string action: ""
    property string secondary: ""
    signal acted
    signal declined

    implicitWidth: 460
    implicitHeight: column.implicitHeight
    Accessible.role: Accessible.Grouping
    Accessible.name: title + ". " + detail + " " + hint

    Column {
        id: column

        width: parent.width
        spacing: 0
        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: 72
            height: 72
            radius: 36
            color: Theme.ink800
            Icon {
                anchors.centerIn: parent
                name: panel.symbol
                colour: panel.tint
                side: 30
            }
        }
        Item { width: 1; height: 20 }
        Headline {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: panel.title
            size: 24
            font.weight: Font.DemiBold
            maximumLineCount: 3
        }
        Item { width: 1; height: 10 }
        BodyText {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: panel.detail
            color: Theme.text2
            wrapMode: Text.Wrap
            maximumLineCount: 4
            lineHeight: 1.35
            visible: text !== ""
        }
        Item { width: 1; height: 6; visible: panel.hint !== "" }
        BodyText {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: panel.hint
            color: Theme.text3
            font.pixelSize: 14
            wrapMode: Text.Wrap
            maximumLineCount: 4
            lineHeight: 1.35
            visible: text !== ""
        }
        Item { width: 1; height: 24; visible: panel.action !== "" }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: 12
            visible: panel.action !== ""
            PillButton {
                id: first

                focus: true
                text: panel.action
                primary: true
                onClicked: panel.acted()
                KeyNavigation.right: second
            }
            PillButton {
                id: second

                text: panel.secondary
                visible: text !== ""
                onClicked: panel.declined()
                KeyNavigation.left: first
            }
        }
    }
}
