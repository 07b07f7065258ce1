pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Matinee.Parts

// The last minutes: throughput with its likely range, buffer, the steps between representations, where
// the picture stood, and what was given up or fetched again. Changes once a second, and so do its paths.
Item {
    id: chart

    required property var lines // Chart of the view model: points from 0 to 1, origin bottom left

    Accessible.ignored: true

    function points(list: var): var {
        return list.map(p => Qt.point(p[0] * width, (1 - p[1]) * height));
    }
    function under(list: var): var {
        if (list.length === 0)
            return [];
        const first = list[0], last = list[list.length - 1];
        return points([[first[0], 0], ...list, [last[0], 0]]);
    }

    Repeater {
        model: chart.lines.stalls
        delegate: Rectangle {
            required property var modelData

            x: modelData[0] * chart.width
            width: Math.max(2, (modelData[1] - modelData[0]) * chart.width)
            height: chart.height
            color: Theme.clear(Theme.coral, 0.34)
        }
    }
    Shape {
        anchors.fill: parent
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            strokeColor: "transparent"
            fillColor: Theme.clear(Theme.green, 0.14)
            PathPolyline { path: chart.under(chart.lines.buffer) }
        }
        ShapePath {
            strokeColor: Theme.green
            strokeWidth: 1.5
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            PathPolyline { path: chart.points(chart.lines.buffer) }
        }
        ShapePath {
            strokeColor: "transparent"
            fillColor: Theme.clear(Theme.blue, 0.18)
            PathPolyline { path: chart.points(chart.lines.band) }
        }
        ShapePath {
            strokeColor: Theme.blue
            strokeWidth: 1.5
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            PathPolyline { path: chart.points(chart.lines.throughput) }
        }
        ShapePath {
            strokeColor: Theme.amber
            strokeWidth: 2.5
            fillColor: "transparent"
            joinStyle: ShapePath.MiterJoin
            PathPolyline { path: chart.points(chart.lines.representation) }
        }
    }
    component Signs: Repeater {
        id: signs

        required property string icon
        required property color tint

        delegate: Rectangle {
            required property var modelData

            x: modelData[0] * chart.width - width / 2
            y: (1 - modelData[1]) * chart.height - height / 2
            width: 18
            height: 18
            radius: 9
            color: "#E6131318" // the panel's, so that the sign stands out from lines and bands
            Icon {
                anchors.centerIn: parent
                side: 14
                name: signs.icon
                colour: signs.tint
            }
        }
    }
    Signs {
        model: chart.lines.givenUp
        icon: "x"
        tint: Theme.coral
    }
    Signs {
        model: chart.lines.replaced
        icon: "rotate-cw"
        tint: Theme.text1
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.hairline
    }
}
