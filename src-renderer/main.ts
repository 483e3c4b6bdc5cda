import { mount } from 'svelte'
import './ui/theme.css'
import './ui/controls.css'
import './ui/panels.css'
import './ui/picture-marks.css'
import App from './App.svelte'
import { receiveEnginePort } from './engine/client'

// Before anything is drawn: the port may come at once.
receiveEnginePort(window)

const target = document.getElementById('app')
if (target !== null) mount(App, { target })
