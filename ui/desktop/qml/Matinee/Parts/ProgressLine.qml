pragma ComponentBehavior: Bound
import QtQuick

Item {
    id: line

    required property real value
    property color colour: Theme.amber

    implicitHeight: 4
    Accessible.role: Accessible.ProgressBar
    Accessible.name: Math.round(value * 100) + " %"

    Rectangle {
        anchors.fill: parent
        radius: height / 2
        color: "#66FFFFFF"
    }
    Rectangle {
        width: line.value > 0 ? Math.max(parent.height, parent.width * Math.min(1, line.value)) : 0
        height: parent.height
        radius: height / 2
        color: line.colour
        Behavior on width { NumberAnimation { duration: Theme.moveMs; easing.type: Easing.OutCubic } }
    }
}
