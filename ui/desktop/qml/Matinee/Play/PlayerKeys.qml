pragma ComponentBehavior: Bound
import QtQuick

// The player's keys, as people know them from other players.
QtObject {
    id: keys

    required property var player
    signal stats
    signal leave

    readonly property var actions: ({
        [Qt.Key_K]: () => player.togglePause(),
        [Qt.Key_Space]: () => player.togglePause(),
        [Qt.Key_MediaTogglePlayPause]: () => player.togglePause(),
        [Qt.Key_MediaPlay]: () => player.togglePause(),
        [Qt.Key_MediaPause]: () => player.togglePause(),
        [Qt.Key_J]: () => player.jump(-1),
        [Qt.Key_L]: () => player.jump(1),
        [Qt.Key_M]: () => player.toggleMuted(),
        [Qt.Key_C]: () => player.cycleSubtitle(),
        [Qt.Key_A]: () => player.cycleAudio(),
        [Qt.Key_I]: () => keys.stats(),
        [Qt.Key_N]: () => player.playUpcoming(),
        [Qt.Key_MediaNext]: () => player.playUpcoming(),
        [Qt.Key_BracketLeft]: () => player.stepSpeed(-1),
        [Qt.Key_BracketRight]: () => player.stepSpeed(1),
        [Qt.Key_Escape]: () => keys.leave(),
        [Qt.Key_Backspace]: () => keys.leave(),
        [Qt.Key_Back]: () => keys.leave()
    })
    // Only for the film itself: on the buttons the arrows walk instead.
    readonly property var filmActions: ({
        [Qt.Key_Left]: () => player.step(-1),
        [Qt.Key_Right]: () => player.step(1),
        [Qt.Key_Up]: () => player.stepVolume(1),
        [Qt.Key_Down]: () => player.stepVolume(-1),
        [Qt.Key_Return]: () => player.togglePause(),
        [Qt.Key_Enter]: () => player.togglePause()
    })

    function press(event: var): bool {
        if (event.modifiers & (Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier))
            return false;
        if (event.key >= Qt.Key_0 && event.key <= Qt.Key_9) {
            player.seekToTenth(event.key - Qt.Key_0);
            return true;
        }
        return run(actions, event);
    }
    function pressOnFilm(event: var): bool {
        return run(filmActions, event);
    }
    function run(table: var, event: var): bool {
        const action = table[event.key];
        // A held key repeats what moves, not what toggles.
        if (!action || event.isAutoRepeat && !repeats.includes(event.key))
            return !!action;
        action();
        return true;
    }
    readonly property var repeats: [Qt.Key_Left, Qt.Key_Right, Qt.Key_Up, Qt.Key_Down, Qt.Key_J, Qt.Key_L]
}
