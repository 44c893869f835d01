"""python -m studybot"""

from studybot.cli import main

main()
