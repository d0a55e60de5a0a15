"""How the bridge is measured: airspeed-velocity benchmarks, and the lenses they look through."""
