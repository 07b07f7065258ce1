pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Matinee.Parts

// The last minutes: throughput with its likely range, buffer, and the steps between representations.
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
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.hairline
    }
}
