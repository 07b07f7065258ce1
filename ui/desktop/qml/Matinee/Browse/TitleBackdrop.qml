pragma ComponentBehavior: Bound
import QtQuick
import Matinee.Parts

// A title's still behind its page, darker where text stands.
Item {
    id: backdrop

    property var card: null
    property bool crowded: false // text on the right as well

    RoundedImage {
        anchors.fill: parent
        corner: 0
        colour: Theme.ink950
        source: backdrop.card ? backdrop.card.stillUrl || backdrop.card.posterUrl : ""
    }
    Rectangle {
        anchors.fill: parent
        gradient: Gradient {
            orientation: Gradient.Horizontal
            GradientStop { position: 0; color: Theme.clear(Theme.ink950, 0.96) }
            GradientStop { position: 0.35; color: Theme.clear(Theme.ink950, 0.82) }
            GradientStop { position: 0.7; color: Theme.clear(Theme.ink950, backdrop.crowded ? 0.75 : 0.3) }
            GradientStop { position: 1; color: Theme.clear(Theme.ink950, backdrop.crowded ? 0.7 : 0.08) }
        }
    }
    Rectangle {
        anchors.fill: parent
        gradient: Gradient {
            GradientStop { position: 0; color: Theme.clear(Theme.ink950, 0.25) }
            GradientStop { position: 0.3; color: Theme.clear(Theme.ink950, 0.1) }
            GradientStop { position: 0.65; color: Theme.clear(Theme.ink950, 0.5) }
            GradientStop { position: 0.85; color: Theme.clear(Theme.ink950, 0.85) }
            GradientStop { position: 1; color: Theme.ink950 }
        }
    }
}
