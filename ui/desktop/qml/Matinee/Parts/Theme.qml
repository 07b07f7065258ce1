pragma Singleton
import QtQuick

// The tokens: every colour, size, radius and duration of the interface has its name here.
QtObject {
    // Ink: background, surface, raised, line, control edge.
    readonly property color ink950: "#0B0B0F"
    readonly property color ink900: "#131318"
    readonly property color ink800: "#1C1C24"
    readonly property color ink700: "#2B2B36"
    readonly property color ink600: "#3C3C4A"
    readonly property color hairline: "#1FFFFFFF"
    readonly property color veil: "#29FFFFFF"

    // Text: titles, body, hints (never below 14 px).
    readonly property color text1: "#F4F1EA"
    readonly property color text2: "#B9B4AA"
    readonly property color text3: "#8C877D"

    // Amber: the one primary action, focus, progress, the chosen representation.
    readonly property color amber: "#FFB547"
    readonly property color inkOnAmber: "#17120A"

    // Always together with a word or a shape.
    readonly property color green: "#5AD19A"
    readonly property color blue: "#7CB8FF"
    readonly property color coral: "#FF7A59"

    readonly property string body: "Inter"
    readonly property string display: "Inter Display"
    readonly property var tabular: ({ "tnum": 1 })

    readonly property int gutter: 40
    readonly property int gap: 14
    readonly property int radius: 10
    readonly property int radiusPanel: 14

    property bool reducedMotion: false
    property bool keyboard: false // focus is drawn for the keyboard only
    readonly property int stateMs: reducedMotion ? 0 : 120
    readonly property int moveMs: reducedMotion ? 0 : 200
    readonly property int screenMs: reducedMotion ? 0 : 280
    readonly property int patienceMs: 300 // before anything says "busy"

    function clear(colour: color, alpha: real): color {
        return Qt.rgba(colour.r, colour.g, colour.b, alpha);
    }
}
