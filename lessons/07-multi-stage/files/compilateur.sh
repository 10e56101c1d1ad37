#!/bin/sh
# Un compilateur minuscule : il lit un message et fabrique un programme qui l'affiche.
# A tiny compiler: it reads a message and makes a program that prints it.
#   sh compilateur.sh message.txt bonjour
# Le programme est un vrai exécutable de Linux (format ELF, statique), écrit octet par octet.
set -eu
message=$1 programme=$2
longueur=$(wc -c < "$message")

# Les $2 octets de l'entier $1, le plus petit d'abord (« little-endian »).
entier() {
  reste=$1 n=$2
  while [ "$n" -gt 0 ]; do
    printf "\\$(printf '%03o' $((reste % 256)))"
    reste=$((reste / 256)) n=$((n - 1))
  done
}

# Le code machine : write(1, message, longueur), puis exit(0). Le message suit le code.
case $(uname -m) in
  x86_64) machine=62 taille=33
    code() {
      printf '\270\001\000\000\000\277\001\000\000\000'              # eax = 1 (write) ; edi = 1 (la sortie)
      printf '\110\215\065'; entier 16 4; printf '\272'; entier "$longueur" 4 # rsi = le message ; edx = longueur
      printf '\017\005\270\074\000\000\000\061\377\017\005'          # appel ; eax = 60 (exit) ; edi = 0 ; appel
    } ;;
  aarch64) machine=183 taille=32
    code() {
      entier $((0xd2800020)) 4; entier $((0x100000e1)) 4             # x0 = 1 (la sortie) ; x1 = le message
      entier $((0xd2800002 + longueur * 32)) 4                       # x2 = longueur
      entier $((0xd2800808)) 4; entier $((0xd4000001)) 4             # x8 = 64 (write) ; appel
      entier $((0xd2800000)) 4; entier $((0xd2800ba8)) 4; entier $((0xd4000001)) 4 # exit(0)
    } ;;
  *) echo "$0: $(uname -m) ?" >&2; exit 1 ;;
esac

depart=$((0x400000)) entete=120 total=$((120 + taille + longueur))
{
  printf '\177ELF\002\001\001'; entier 0 9                           # ELF, 64 bits, little-endian
  entier 2 2; entier "$machine" 2; entier 1 4                        # un exécutable, pour cette machine
  entier $((depart + entete)) 8; entier 64 8; entier 0 8             # où il commence ; où sont les segments
  entier 0 4; entier 64 2; entier 56 2; entier 1 2; entier 64 2; entier 0 4
  entier 1 4; entier 5 4; entier 0 8; entier "$depart" 8; entier "$depart" 8 # un segment, lu et exécuté :
  entier "$total" 8; entier "$total" 8; entier 4096 8                # tout le fichier
  code
  cat "$message"
} > "$programme"
chmod +x "$programme"
echo "$programme: ELF, $(uname -m), $total"
