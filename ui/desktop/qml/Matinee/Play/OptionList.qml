pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Matinee.Parts

// The lines of a menu; the chosen one is amber and has a tick.
FocusScope {
    id: list

    property string heading: ""
    property string note: ""
    property var options: []
    property int current: 0
    signal chosen(string key)
    signal leftward
    signal rightward

    implicitWidth: 260
    implicitHeight: column.implicitHeight
    Accessible.role: Accessible.PopupMenu
    Accessible.name: heading

    function enter(): void {
        let index = options.findIndex(option => option.chosen);
        if (index < 0)
            index = options.findIndex(option => option.enabled);
        focusAt(Math.max(0, index));
    }
    function focusAt(index: int): void {
        const item = lines.itemAt(index);
        if (item) {
            current = index;
            item.forceActiveFocus(Qt.PopupFocusReason);
        }
    }
    function step(by: int): void {
        for (let index = current + by; index >= 0 && index < options.length; index += by) {
            if (options[index].enabled) {
                focusAt(index);
                return;
            }
        }
    }

    Column {
        id: column

        width: parent.width
        BodyText {
            width: parent.width
            leftPadding: 14
            bottomPadding: 8
            text: list.heading
            font.pixelSize: 14
            font.weight: Font.DemiBold
            color: Theme.text2
        }
        Repeater {
            id: lines

            // By number: a new list of the same length keeps its lines, and with them the focus.
            model: list.options.length
            T.AbstractButton {
                id: line

                required property int index
                readonly property var option: list.options[index] || ({ "key": "", "label": "", "note": "", "chosen": false, "enabled": false })

                width: column.width
                height: 40
                hoverEnabled: true
                enabled: option.enabled
                focusPolicy: Qt.NoFocus
                text: option.label
                Accessible.role: Accessible.MenuItem
                Accessible.name: option.label + (option.note === "" ? "" : ", " + option.note)
                Accessible.checkable: true
                Accessible.checked: option.chosen
                onClicked: list.chosen(option.key)
                Keys.onReturnPressed: click()
                Keys.onEnterPressed: click()
                Keys.onUpPressed: list.step(-1)
                Keys.onDownPressed: list.step(1)
                Keys.onLeftPressed: list.leftward()
                Keys.onRightPressed: list.rightward()

                background: Rectangle {
                    radius: 8
                    color: line.hovered && !Theme.keyboard ? Theme.hairline : "transparent"
                    border.width: line.activeFocus && Theme.keyboard ? 2 : 0
                    border.color: Theme.amber
                }
                Icon {
                    x: 12
                    anchors.verticalCenter: parent.verticalCenter
                    name: "check"
                    colour: Theme.amber
                    side: 18
                    visible: line.option.chosen
                }
                BodyText {
                    id: label

                    x: 40
                    width: parent.width - 52 - (note.visible ? note.width + 8 : 0)
                    height: parent.height
                    verticalAlignment: Text.AlignVCenter
                    text: line.option.label
                    font.features: Theme.tabular
                    font.weight: line.option.chosen ? Font.DemiBold : Font.Normal
                    color: line.option.chosen ? Theme.amber : line.enabled ? Theme.text1 : Theme.text3
                }
                BodyText {
                    id: note

                    anchors.right: parent.right
                    anchors.rightMargin: 12
                    height: parent.height
                    verticalAlignment: Text.AlignVCenter
                    text: line.option.note
                    font.pixelSize: 14
                    color: Theme.text3
                    visible: text !== ""
                }
            }
        }
        BodyText {
            width: parent.width
            leftPadding: 14
            topPadding: 8
            text: list.note
            font.pixelSize: 14
            color: Theme.text3
            wrapMode: Text.Wrap
            visible: text !== ""
        }
    }
}
