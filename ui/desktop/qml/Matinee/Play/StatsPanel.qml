pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Why the picture looks as it does: one line of facts, one chart, one sentence.
Rectangle {
    id: panel

    required property var stats

    width: 414
    height: column.implicitHeight + 34
    radius: Theme.radiusPanel
    color: "#E6131318"
    border.width: 1
    border.color: Theme.hairline
    Accessible.role: Accessible.Pane
    Accessible.name: "Stats. " + stats.state + ", " + stats.facts + ". Throughput " + stats.throughput + ", buffer " + stats.buffer + ". " + stats.reason

    MouseArea { anchors.fill: parent } // a click on the panel is none on the film

    component Mark: Row {
        id: mark

        required property color tint
        required property string text

        spacing: 6
        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: 10
            height: 3
            radius: 1
            color: mark.tint
        }
        BodyText {
            text: mark.text
            font.pixelSize: 12
            font.features: Theme.tabular
            color: Theme.text2
            elide: Text.ElideNone
        }
    }

    Column {
        id: column

        x: 17
        y: 15
        width: parent.width - 34
        spacing: 0
        Row {
            spacing: 8
            BodyText {
                text: panel.stats.state
                font.pixelSize: 14
                font.weight: Font.DemiBold
                elide: Text.ElideNone
            }
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 8
                height: 8
                radius: 4
                color: panel.stats.well ? Theme.green : Theme.coral
            }
            BodyText {
                text: panel.stats.facts
                font.pixelSize: 14
                font.features: Theme.tabular
                color: Theme.text2
                elide: Text.ElideNone
            }
        }
        Item { width: 1; height: 12 }
        StreamChart {
            width: parent.width
            height: 96
            lines: panel.stats.chart
        }
        Item { width: 1; height: 10 }
        Flow {
            width: parent.width
            spacing: 12
            Mark {
                tint: Theme.blue
                text: "throughput " + panel.stats.throughput
            }
            Mark {
                tint: Theme.green
                text: "buffer " + panel.stats.buffer
            }
            Mark {
                tint: Theme.amber
                text: panel.stats.representation || "representation"
            }
        }
        Item { width: 1; height: 10 }
        Rectangle {
            width: parent.width
            height: 1
            color: Theme.hairline
        }
        Item { width: 1; height: 10 }
        BodyText {
            width: parent.width
            text: panel.stats.reason === "" ? "No decision yet." : panel.stats.reason
            font.pixelSize: 13
            lineHeight: 19
            lineHeightMode: Text.FixedHeight
            wrapMode: Text.Wrap
            maximumLineCount: 4
        }
        Item { width: 1; height: 8 }
        BodyText {
            width: parent.width
            text: panel.stats.counters
            font.pixelSize: 12
            font.features: Theme.tabular
            color: Theme.text2
        }
    }
}
