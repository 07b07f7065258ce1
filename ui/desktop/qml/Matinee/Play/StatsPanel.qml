pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// Why the picture looks as it does: one line of facts, one chart, one sentence, and what was weighed.
Rectangle {
    id: panel

    required property var stats
    required property var chart // null while nobody looks
    required property var weighed // rows, best first; they change with a decision, stats many times a second
    required property real room // to the controls below

    readonly property bool marked: chart !== null && chart.stalls.length + chart.givenUp.length + chart.replaced.length > 0

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

    component Sign: Row {
        id: sign

        required property string icon
        required property color tint
        required property string text

        spacing: 5
        Icon {
            visible: sign.icon !== ""
            anchors.verticalCenter: parent.verticalCenter
            side: 13
            name: sign.icon
            colour: sign.tint
        }
        Rectangle {
            visible: sign.icon === ""
            anchors.verticalCenter: parent.verticalCenter
            width: 10
            height: 10
            color: Theme.clear(sign.tint, 0.5)
        }
        BodyText {
            text: sign.text
            font.pixelSize: 12
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
        Loader {
            width: parent.width
            height: 104
            active: panel.chart !== null
            sourceComponent: StreamChart { lines: panel.chart }
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
            Sign {
                visible: panel.marked && panel.chart.stalls.length > 0
                icon: ""
                tint: Theme.coral
                text: "stood still"
            }
            Sign {
                visible: panel.marked && panel.chart.givenUp.length > 0
                icon: "x"
                tint: Theme.coral
                text: "given up"
            }
            Sign {
                visible: panel.marked && panel.chart.replaced.length > 0
                icon: "rotate-cw"
                tint: Theme.text1
                text: "fetched again"
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
        Column {
            id: rows

            readonly property int rowHeight: 20

            width: parent.width
            bottomPadding: 8
            // Where there is no room for every row there is none: the sentence says what matters.
            visible: panel.weighed.length > 0 && 365 + rowHeight * panel.weighed.length < panel.room
            Repeater {
                model: panel.weighed
                delegate: Item {
                    id: row

                    required property var modelData

                    width: rows.width
                    height: rows.rowHeight
                    opacity: row.modelData.capped ? 0.75 : 1
                    Rectangle {
                        visible: row.modelData.chosen
                        anchors.verticalCenter: parent.verticalCenter
                        width: 3
                        height: 12
                        radius: 1
                        color: Theme.amber
                    }
                    BodyText {
                        x: 12
                        width: 84
                        anchors.verticalCenter: parent.verticalCenter
                        text: row.modelData.name
                        font.pixelSize: 12
                        font.weight: row.modelData.chosen ? Font.DemiBold : Font.Normal
                        font.features: Theme.tabular
                        color: row.modelData.capped ? Theme.text2 : Theme.text1
                    }
                    BodyText {
                        x: 96
                        width: parent.width - x
                        anchors.verticalCenter: parent.verticalCenter
                        text: row.modelData.note
                        font.pixelSize: 12
                        font.features: Theme.tabular
                        color: row.modelData.chosen ? Theme.text1 : Theme.text2
                    }
                }
            }
        }
        BodyText {
            width: parent.width
            text: panel.stats.counters
            font.pixelSize: 12
            font.features: Theme.tabular
            color: Theme.text2
        }
    }
}
