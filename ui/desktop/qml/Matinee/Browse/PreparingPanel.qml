pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The first start: nothing can be played yet, and one sees it coming.
FocusScope {
    id: panel

    required property var cards
    property int most: 4

    implicitHeight: column.implicitHeight
    Accessible.role: Accessible.Grouping
    Accessible.name: "Preparing your library"

    Column {
        id: column

        width: parent.width
        Headline {
            width: parent.width
            text: "Setting up your cinema"
            size: parent.width > 500 ? 46 : 32
        }
        Item { width: 1; height: 10 }
        BodyText {
            width: parent.width
            text: "Every film is turned into several qualities once, so that it plays on any network. Each appears here as soon as it can be played."
            color: Theme.text2
            wrapMode: Text.Wrap
            lineHeight: 1.4
        }
        Item { width: 1; height: 28 }
        Repeater {
            id: entries

            model: panel.cards
            Item {
                id: entry

                required property var card
                required property int index

                width: column.width
                height: 62
                visible: index < panel.most
                BodyText {
                    width: parent.width - progress.width - 16
                    text: entry.card.name
                    font.weight: Font.DemiBold
                }
                BodyText {
                    id: progress

                    anchors.right: parent.right
                    text: entry.card.line
                    color: Theme.text2
                    font.pixelSize: 14
                    font.features: Theme.tabular
                }
                ProgressLine {
                    y: 30
                    width: parent.width
                    value: entry.card.progress
                }
            }
        }
        BodyText {
            text: entries.count > panel.most ? "and " + (entries.count - panel.most) + " more" : ""
            color: Theme.text3
            font.pixelSize: 14
            visible: text !== ""
        }
    }
}
