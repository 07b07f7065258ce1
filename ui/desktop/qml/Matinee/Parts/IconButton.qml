pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A button that is only an icon: it always has a name, and tells it in a tooltip.
T.AbstractButton {
    id: button

    required property string name
    required property string symbol
    property string shortcut: ""
    property string caption: "" // drawn inside the icon, or instead of it
    property color colour: Theme.text1
    property int side: 24
    property string tipSide: "above" // or "below", or "beside" on the right
    property bool flat: true

    text: name
    implicitWidth: 44
    implicitHeight: 44
    hoverEnabled: true
    focusPolicy: Qt.TabFocus
    opacity: enabled ? 1 : 0.4
    Accessible.name: name
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Theme.radius
        color: button.down ? Theme.veil : button.hovered || !button.flat ? Theme.hairline : "transparent"
        Behavior on color { ColorAnimation { duration: Theme.stateMs } }
        FocusRing { shown: button.activeFocus }
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            name: button.symbol
            colour: button.colour
            side: button.side
            visible: button.symbol !== ""
        }
        BodyText {
            anchors.centerIn: parent
            anchors.verticalCenterOffset: button.symbol === "" ? 0 : 1
            text: button.caption
            color: button.colour
            elide: Text.ElideNone
            font.pixelSize: button.symbol === "" ? 15 : 8
            font.weight: Font.DemiBold
            font.features: Theme.tabular
            visible: text !== ""
        }
    }
    Tip {
        visible: button.hovered && !button.down || button.activeFocus && Theme.keyboard
        text: button.shortcut === "" ? button.name : button.name + "  (" + button.shortcut + ")"
        x: button.tipSide === "beside" ? button.width + 12 : Math.round((button.width - implicitWidth) / 2)
        y: {
            if (button.tipSide === "beside")
                return Math.round((button.height - implicitHeight) / 2);
            return button.tipSide === "below" ? button.height + 8 : -implicitHeight - 8;
        }
    }
}
