/// What stands around the scripts that FSharpSession.cs loads one after another: each has arguments, an output and errors of
/// its own, and its `exit` ends the script, not the session.
module Session

open System
open System.IO

exception Ended

let private usualOutput, private usualError = Console.Out, Console.Error
let mutable private output, private error = new StringWriter(), new StringWriter()
let mutable private code: int option = None

let private leave (ended: int) =
    code <- Some ended
    Console.SetOut usualOutput
    Console.SetError usualError

/// Begins a script.
let start (arguments: string[]) =
    fsi.CommandLineArgs <- arguments
    output <- new StringWriter()
    error <- new StringWriter()
    code <- None
    Console.SetOut output
    Console.SetError error

/// Ends the script, as `exit` does.
let exit (ended: int) : 'any =
    leave ended
    raise Ended

/// Says that the script has come to its last line.
let complete () = leave 0

/// Writes what the script has printed, and prints the mark with its exit code: 70 if an exception ended it.
let finish (folder: string) (mark: string) =
    let ended = Option.defaultValue 70 code
    leave ended
    File.WriteAllText(Path.Combine(folder, "output.txt"), output.ToString())
    File.WriteAllText(Path.Combine(folder, "error.txt"), error.ToString())
    printfn "%s %d" mark ended
