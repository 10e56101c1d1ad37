# What the course answers when it cannot do what was asked.

course-sandbox = Le bac à sable n’a pas obéi : { $reason }.
course-progress = Votre progression n’a pas pu être lue ou écrite : { $reason }.
course-lesson-faulty = Cette leçon est fautive : { $reason }.
course-rebuild = L’état de départ n’a pas pu être reconstruit : l’exercice « { $step } » n’a pas donné { $missing }. Dernière ligne affichée : { $said }
course-unknown-lesson = Aucune leçon ne s’appelle { $lesson }. La liste : leçons.
course-unknown-step = Cette leçon n’a pas d’exercice { $step }.
course-empty = Ce cours ne contient aucune leçon.
course-no-question = Cet exercice ne pose pas de question.
course-unknown-choice = { $choice } n’est pas l’un des choix.
course-no-truth = La réponse ne peut pas être lue dans le moteur : { $why }. Reprenez l’exercice avec recommencer.
course-nothing-to-undo = Rien à annuler dans cet exercice.
course-cannot-undo = Une ligne de cet exercice a été tapée dans un terminal : elle ne peut pas être rejouée. Reprenez l’exercice avec recommencer.
course-at-start = Vous êtes au premier exercice.
