pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Why a title cannot be played: it is being prepared, or it failed.
Column {
    id: notice

    property var card: null

    spacing: 8
    visible: !!card && (card.preparing || card.failed)

    Row {
        spacing: 10
        Icon {
            name: notice.card && notice.card.failed ? "triangle-alert" : "hourglass"
            colour: notice.card && notice.card.failed ? Theme.coral : Theme.text2
            side: 20
        }
        BodyText {
            width: Math.min(implicitWidth, notice.width - 30)
            text: notice.card ? notice.card.line : ""
            font.weight: Font.DemiBold
            font.features: Theme.tabular
            wrapMode: Text.Wrap
        }
    }
    BodyText {
        width: parent.width
        text: notice.card ? notice.card.hint : ""
        color: Theme.text2
        font.pixelSize: 14
        wrapMode: Text.Wrap
        visible: text !== ""
    }
    ProgressLine {
        width: parent.width
        value: notice.card ? notice.card.progress : 0
        visible: !!notice.card && notice.card.preparing
    }
}
