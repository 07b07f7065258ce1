pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// One word on what a key just did.
Rectangle {
    id: bubble

    required property string message
    property string words: "" // stays while the bubble fades

    onMessageChanged: if (message !== "") words = message
    width: said.implicitWidth + 32
    height: 40
    radius: 20
    color: "#CC0B0B0F"
    opacity: message === "" ? 0 : 1
    visible: opacity > 0
    Behavior on opacity { NumberAnimation { duration: Theme.stateMs } }
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words

    BodyText {
        id: said

        anchors.centerIn: parent
        text: bubble.words
        font.weight: Font.DemiBold
        font.features: Theme.tabular
        elide: Text.ElideNone
    }
}
