pragma ComponentBehavior: Bound
import QtQuick

// Never seen in the first moment: most waits are over before it.
Item {
    id: spinner

    property bool running: false
    property int side: 56
    property bool due: false

    width: side
    height: side
    visible: running && due
    Accessible.role: Accessible.Indicator
    Accessible.name: "Loading"
    onRunningChanged: due = false

    Timer {
        running: spinner.running
        interval: Theme.patienceMs
        onTriggered: spinner.due = true
    }
    Icon {
        id: arc

        anchors.centerIn: parent
        name: "loader-circle"
        side: spinner.side
        RotationAnimator on rotation {
            running: spinner.visible
            from: 0
            to: 360
            duration: Theme.reducedMotion ? 4000 : 900
            loops: Animation.Infinite
        }
    }
}
