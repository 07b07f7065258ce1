pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The film is over and another episode follows, unless someone says otherwise.
FocusScope {
    id: end

    property var card: null
    property bool open: false
    property int secondsLeft: 0
    signal accepted
    signal declined

    implicitWidth: 420
    implicitHeight: column.implicitHeight + 40
    visible: open
    Accessible.role: Accessible.Dialog
    Accessible.name: card ? "Next: " + card.name : ""
    onOpenChanged: if (open) {
        secondsLeft = 8;
        forceActiveFocus(Qt.PopupFocusReason);
    }
    Timer {
        running: end.open
        interval: 1000
        repeat: true
        onTriggered: {
            end.secondsLeft -= 1;
            if (end.secondsLeft <= 0)
                end.accepted();
        }
    }
    Rectangle {
        anchors.fill: parent
        radius: Theme.radiusPanel
        color: "#F2131318"
        border.width: 1
        border.color: Theme.hairline
    }
    Column {
        id: column

        x: 20
        y: 20
        width: parent.width - 40
        BodyText {
            text: "Next episode in " + end.secondsLeft + " s"
            color: Theme.text2
            font.pixelSize: 14
            font.features: Theme.tabular
        }
        Item { width: 1; height: 12 }
        Row {
            spacing: 16
            RoundedImage {
                width: 144
                height: 81
                corner: 8
                source: end.card ? end.card.stillUrl || end.card.posterUrl : ""
                colour: end.card ? end.card.colour : Theme.ink800
            }
            Column {
                width: column.width - 160
                anchors.verticalCenter: parent.verticalCenter
                spacing: 4
                BodyText {
                    width: parent.width
                    text: end.card ? end.card.name : ""
                    font.pixelSize: 18
                    font.weight: Font.DemiBold
                    wrapMode: Text.Wrap
                    maximumLineCount: 2
                }
                BodyText {
                    width: parent.width
                    text: end.card ? end.card.line : ""
                    font.pixelSize: 14
                    color: Theme.text2
                }
            }
        }
        Item { width: 1; height: 18 }
        Row {
            spacing: 12
            PillButton {
                id: yes

                focus: true
                primary: true
                symbol: "play-solid"
                text: "Play now"
                onClicked: end.accepted()
                KeyNavigation.right: no
            }
            PillButton {
                id: no

                text: "Not now"
                onClicked: end.declined()
                KeyNavigation.left: yes
            }
        }
    }
}
