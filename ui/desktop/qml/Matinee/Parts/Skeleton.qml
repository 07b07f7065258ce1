pragma ComponentBehavior: Bound
import QtQuick

// Where something will be; only seen by those who wait longer than a moment.
Rectangle {
    id: bone

    property bool waiting: true

    color: Theme.ink800
    radius: Theme.radius
    opacity: 0
    visible: waiting
    Accessible.ignored: true

    Timer {
        running: bone.waiting
        interval: Theme.patienceMs
        onTriggered: bone.opacity = 1
    }
    Behavior on opacity { NumberAnimation { duration: Theme.moveMs } }
    Rectangle {
        id: gleam

        anchors.fill: parent
        radius: parent.radius
        color: Theme.ink700
        opacity: 0
        SequentialAnimation on opacity {
            running: bone.waiting && bone.opacity > 0 && !Theme.reducedMotion
            loops: Animation.Infinite
            NumberAnimation { to: 0.7; duration: 800; easing.type: Easing.InOutSine }
            NumberAnimation { to: 0; duration: 800; easing.type: Easing.InOutSine }
        }
    }
}
