pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window

Image {
    id: icon

    required property string name
    property color colour: Theme.text1
    property int side: 24

    width: side
    height: side
    source: name === "" ? "" : "image://icon/" + name + "/" + String(colour).slice(-6)
    sourceSize: Qt.size(side * Screen.devicePixelRatio, side * Screen.devicePixelRatio)
    Accessible.ignored: true
}
