pragma ComponentBehavior: Bound
import QtQuick

// Two pixels of amber outside a gap of three.
Rectangle {
    property bool shown: false
    property real corner: Theme.radius

    anchors.fill: parent
    anchors.margins: -5
    radius: corner + 5
    color: "transparent"
    border.width: 2
    border.color: Theme.amber
    visible: shown && Theme.keyboard
}
