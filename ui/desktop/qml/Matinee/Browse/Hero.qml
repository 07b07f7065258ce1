pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// The featured title: its still in the dark, its name, and the one thing to do.
FocusScope {
    id: hero

    required property var app
    property var view: null // Hero of the view model
    property bool roomy: width > 1000
    signal leftward
    signal downward

    implicitHeight: 405
    Accessible.role: Accessible.Grouping
    Accessible.name: view ? view.eyebrow + ": " + view.card.name : ""
    Keys.onDownPressed: downward()

    Item {
        anchors.fill: parent
        anchors.bottomMargin: -26
        clip: true
        RoundedImage {
            anchors.right: parent.right
            width: Math.max(parent.width * 0.8, Math.min(parent.width, parent.height * 16 / 9))
            height: parent.height
            corner: 0
            colour: Theme.ink950
            source: hero.view ? hero.view.card.stillUrl || hero.view.card.posterUrl : ""

            // Dark from its own edge on, so that the edge is not seen.
            Rectangle {
                anchors.fill: parent
                anchors.leftMargin: -1
                gradient: Gradient {
                    orientation: Gradient.Horizontal
                    GradientStop { position: 0; color: Theme.ink950 }
                    GradientStop { position: 0.12; color: Theme.clear(Theme.ink950, 0.93) }
                    GradientStop { position: 0.32; color: Theme.clear(Theme.ink950, 0.7) }
                    GradientStop { position: 0.55; color: Theme.clear(Theme.ink950, 0.28) }
                    GradientStop { position: 0.75; color: Theme.clear(Theme.ink950, 0.06) }
                    GradientStop { position: 1; color: Theme.clear(Theme.ink950, 0) }
                }
            }
        }
        Rectangle {
            anchors.fill: parent
            gradient: Gradient {
                GradientStop { position: 0; color: Theme.clear(Theme.ink950, 0.3) }
                GradientStop { position: 0.25; color: Theme.clear(Theme.ink950, 0) }
                GradientStop { position: 0.55; color: Theme.clear(Theme.ink950, 0.15) }
                GradientStop { position: 0.82; color: Theme.clear(Theme.ink950, 0.75) }
                GradientStop { position: 1; color: Theme.ink950 }
            }
        }
    }
    Column {
        anchors.left: parent.left
        anchors.leftMargin: Theme.gutter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 24
        width: Math.min(parent.width - 2 * Theme.gutter, 560)
        spacing: 0
        Row {
            spacing: 8
            Rectangle {
                width: 6
                height: 18
                radius: 3
                color: Theme.amber
            }
            BodyText {
                height: 18
                verticalAlignment: Text.AlignVCenter
                text: hero.view ? hero.view.eyebrow.toUpperCase() : ""
                font.pixelSize: 12
                font.weight: Font.DemiBold
                font.letterSpacing: 1.4
                color: Theme.amber
            }
        }
        Item { width: 1; height: 14 }
        Headline {
            width: parent.width
            text: hero.view ? hero.view.card.name : ""
            size: hero.roomy ? 46 : 38
            maximumLineCount: 2
        }
        Item { width: 1; height: 12 }
        FactsLine {
            width: parent.width
            facts: hero.view ? hero.view.facts : null
        }
        Item { width: 1; height: 10; visible: synopsis.visible }
        BodyText {
            id: synopsis

            width: Math.min(parent.width, 470)
            text: hero.view ? hero.view.synopsis : ""
            color: Theme.text2
            wrapMode: Text.Wrap
            maximumLineCount: 2
            lineHeight: 25
            lineHeightMode: Text.FixedHeight
            visible: text !== ""
        }
        Item { width: 1; height: 8; visible: line.visible }
        BodyText {
            id: line

            width: parent.width
            text: hero.view ? hero.view.line : ""
            color: Theme.text2
            font.pixelSize: 14
            visible: text !== ""
        }
        Item { width: 1; height: 18 }
        Row {
            spacing: 12
            PillButton {
                id: act

                focus: true
                primary: true
                symbol: hero.view && hero.view.card.playable ? "play-solid" : "list-video"
                text: hero.view ? hero.view.action : ""
                onClicked: hero.app.activate(hero.view.card.id, hero.view.card.playable)
                KeyNavigation.right: restart.visible ? restart : more
                Keys.onLeftPressed: hero.leftward()
            }
            PillButton {
                id: restart

                symbol: "rotate-ccw"
                text: "From the start"
                visible: !!hero.view && hero.view.card.watched > 0
                onClicked: hero.app.playFromStart(hero.view.card.id)
                KeyNavigation.left: act
                KeyNavigation.right: more
            }
            IconButton {
                id: more

                name: "About this title"
                symbol: "info"
                flat: false
                focusPolicy: Qt.StrongFocus
                visible: !!hero.view && hero.view.card.playable
                onClicked: hero.app.openTitle(hero.view.card.id)
                KeyNavigation.left: restart.visible ? restart : act
            }
        }
    }
}
