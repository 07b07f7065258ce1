pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Effects
import QtQuick.Window

// A picture with round corners that fades in over its average colour.
Item {
    id: frame

    property string source: ""
    property color colour: Theme.ink800
    property real corner: Theme.radius
    readonly property bool arrived: picture.status === Image.Ready

    Rectangle {
        anchors.fill: parent
        radius: frame.corner
        color: frame.colour
        gradient: Gradient {
            GradientStop { position: 0; color: Qt.lighter(frame.colour, 1.15) }
            GradientStop { position: 1; color: Qt.darker(frame.colour, 1.35) }
        }
    }
    Image {
        id: picture

        anchors.fill: parent
        source: frame.source
        asynchronous: true
        fillMode: Image.PreserveAspectCrop
        // Only the width: given both, a picture of another shape would be decoded distorted.
        sourceSize.width: Math.ceil(frame.width * Screen.devicePixelRatio)
        smooth: true
        opacity: frame.arrived ? 1 : 0
        visible: opacity > 0
        Behavior on opacity { NumberAnimation { duration: Theme.moveMs; easing.type: Easing.OutCubic } }
        layer.enabled: frame.corner > 0
        layer.smooth: true
        layer.effect: MultiEffect {
            maskEnabled: true
            maskSource: mask
            maskThresholdMin: 0.5
            maskSpreadAtMin: 1.0
        }
    }
    Rectangle {
        id: mask

        anchors.fill: parent
        radius: frame.corner
        visible: false
        layer.enabled: frame.corner > 0
    }
}
