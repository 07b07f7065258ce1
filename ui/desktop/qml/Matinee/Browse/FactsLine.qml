pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Year and length as words, the rest as badges.
Flow {
    id: line

    property var facts: null // {plain, badges}

    spacing: 12
    visible: !!facts && facts.plain.length + facts.badges.length > 0

    Repeater {
        model: line.facts ? line.facts.plain : []
        BodyText {
            required property string modelData

            height: 20
            verticalAlignment: Text.AlignVCenter
            text: modelData
            color: Theme.text2
            font.pixelSize: 14
            elide: Text.ElideNone
        }
    }
    Repeater {
        model: line.facts ? line.facts.badges : []
        Badge {
            required property var modelData

            text: modelData[0]
            meaning: modelData[1]
        }
    }
}
