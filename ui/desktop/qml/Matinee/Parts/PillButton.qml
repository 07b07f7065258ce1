pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A button with words. One on a screen is `primary`: amber.
T.AbstractButton {
    id: button

    property string symbol: ""
    property bool primary: false
    property bool chosen: false
    property bool compact: false

    implicitWidth: content.implicitWidth + leftPadding + rightPadding
    implicitHeight: compact ? 34 : 44
    leftPadding: compact ? 14 : symbol === "" ? 24 : 22
    rightPadding: compact ? 14 : 24
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.45
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: button.compact ? height / 2 : Theme.radius
        color: {
            if (button.primary)
                return button.down ? Qt.darker(Theme.amber, 1.12) : button.hovered ? Qt.lighter(Theme.amber, 1.08) : Theme.amber;
            if (button.chosen)
                return Theme.text1;
            return button.down ? "#52FFFFFF" : button.hovered ? "#3DFFFFFF" : "#29FFFFFF";
        }
        Behavior on color { ColorAnimation { duration: Theme.stateMs } }
        FocusRing {
            shown: button.activeFocus
            corner: parent.radius
        }
    }
    contentItem: Item {
        Row {
            id: content

            anchors.centerIn: parent
            spacing: 10
            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: button.symbol
                side: 18
                colour: label.color
                visible: button.symbol !== ""
            }
            BodyText {
                id: label

                anchors.verticalCenter: parent.verticalCenter
                text: button.text
                elide: Text.ElideNone
                font.pixelSize: button.compact ? 14 : 15
                font.weight: Font.DemiBold
                color: button.primary || button.chosen ? Theme.inkOnAmber : Theme.text1
            }
        }
    }
}
