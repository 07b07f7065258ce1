pragma ComponentBehavior: Bound
import QtQuick

// Darkness under the controls, without an edge where it ends.
Rectangle {
    id: scrim

    property bool fromAbove: false
    property real depth: 0.85

    rotation: fromAbove ? 180 : 0
    gradient: Gradient {
        GradientStop { position: 0; color: "transparent" }
        GradientStop { position: 0.25; color: Qt.rgba(0, 0, 0, scrim.depth * 0.09) }
        GradientStop { position: 0.5; color: Qt.rgba(0, 0, 0, scrim.depth * 0.36) }
        GradientStop { position: 0.75; color: Qt.rgba(0, 0, 0, scrim.depth * 0.72) }
        GradientStop { position: 1; color: Qt.rgba(0, 0, 0, scrim.depth) }
    }
}
