pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The shape of the home screen while it is on its way.
Item {
    id: bones

    property bool waiting: true
    property string status: ""
    property real heroHeight: 405

    Accessible.role: Accessible.Indicator
    Accessible.name: status

    Column {
        x: Theme.gutter
        y: bones.heroHeight - 24 - height
        spacing: 16
        Skeleton { waiting: bones.waiting; width: 130; height: 16; radius: 6 }
        Skeleton { waiting: bones.waiting; width: 320; height: 44 }
        Skeleton { waiting: bones.waiting; width: 440; height: 18; radius: 6 }
        Skeleton { waiting: bones.waiting; width: 380; height: 18; radius: 6 }
        Row {
            spacing: 16
            Skeleton { waiting: bones.waiting; width: 132; height: 44 }
            BodyText {
                height: 44
                verticalAlignment: Text.AlignVCenter
                text: bones.status
                color: Theme.text2
                opacity: patience.running ? 0 : 1
                Behavior on opacity { NumberAnimation { duration: Theme.moveMs } }
            }
        }
    }
    Repeater {
        model: 2
        Item {
            id: strip

            required property int index

            y: bones.heroHeight + (index === 0 ? 0 : 230)
            Skeleton { x: Theme.gutter; waiting: bones.waiting; width: 180; height: 20; radius: 6 }
            Row {
                x: Theme.gutter
                y: 36
                spacing: Theme.gap
                Repeater {
                    model: strip.index === 0 ? 8 : 12
                    Skeleton {
                        waiting: bones.waiting
                        width: strip.index === 0 ? 224 : 138
                        height: strip.index === 0 ? 126 : 207
                    }
                }
            }
        }
    }
    Timer {
        id: patience

        running: bones.waiting
        interval: Theme.patienceMs
    }
}
