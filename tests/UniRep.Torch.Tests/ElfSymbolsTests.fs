module UniRep.Tests.ElfSymbolsTests

open System
open UniRep
open Expecto
open UniRep.Testing

let private version = "GLIBCXX_3.4.32"

let private allowed = [ "_ZSt21ios_base_library_initv" ]

/// The symbol that asks for the version, and one that asks for another.
let private symbols = [ "other", 2us; "_ZSt21ios_base_library_initv", 3us ]

let private file = ElfExample.sharedObject version symbols

[<Tests>]
let tests =
    testList
        "ElfSymbolsTests"
        [
            testCase "the version and its symbol become weak, and nothing else changes"
            <| fun () ->
                match ElfSymbols.weaken version allowed file with
                | Error error -> failtest error.Message
                | Ok copy ->
                    let changed =
                        [
                            for at in 0 .. file.Length - 1 do
                                if file[at] <> copy[at] then
                                    at, copy[at]
                        ]

                    let flags = ElfExample.flagsOf symbols version
                    let symbol = flags - 20 - 24 + 4
                    Assert.equal [ symbol, 0x22uy; flags, 2uy ] changed

            testCase "the file itself is left as it is"
            <| fun () ->
                let before = Array.copy file
                Assert.isTrue ((ElfSymbols.weaken version allowed file).IsOk)
                Assert.equal before file

            testCase "a file that is cut off anywhere is refused"
            <| fun () ->
                let outcomes =
                    [
                        for length in 0 .. file.Length - 1 ->
                            ElfSymbols.weaken version allowed file[.. length - 1]
                    ]

                for outcome in outcomes do
                    Assert.isTrue outcome.IsError

                Assert.equal
                    (Error(ElfError.Truncated(int64 (file.Length - 256 + 63))))
                    (outcomes[64])

            testCase "a file of another kind is refused"
            <| fun () ->
                let textFile = Text.Encoding.ASCII.GetBytes(String('x', 200))
                let bits32 = Array.copy file
                bits32[4] <- 1uy
                let bigEndian = Array.copy file
                bigEndian[5] <- 2uy

                for bytes in [ [||]; textFile; bits32; bigEndian ] do
                    Assert.equal (Error ElfError.NotElf) (ElfSymbols.weaken version allowed bytes)

            testCase "a file without a table is refused by the table's name"
            <| fun () ->
                let without kind =
                    let bytes = Array.copy file
                    bytes[bytes.Length - 256 + 64 * kind + 4] <- 77uy
                    ElfSymbols.weaken version allowed bytes

                Assert.equal (Error(ElfError.NoTable "of dynamic symbols")) (without 1)
                Assert.equal (Error(ElfError.NoTable "of needed versions")) (without 2)
                Assert.equal (Error(ElfError.NoTable "of the symbols' versions")) (without 3)

            testCase "a file that does not ask for the version is refused"
            <| fun () ->
                Assert.equal
                    (Error(ElfError.NotNeeded "GLIBCXX_3.4.33"))
                    (ElfSymbols.weaken "GLIBCXX_3.4.33" allowed file)

            testCase "a version that another symbol asks for is not made weak"
            <| fun () ->
                let file = ElfExample.sharedObject version (("_ZNewer", 3us) :: symbols)

                Assert.equal
                    (Error(ElfError.UsedBy "_ZNewer"))
                    (ElfSymbols.weaken version allowed file)

            testCase "no damage of one byte breaks off with an exception or changes the length"
            <| fun () ->
                for at in 0 .. file.Length - 1 do
                    let damaged = Array.copy file
                    damaged[at] <- damaged[at] ^^^ 0xffuy

                    let length =
                        match ElfSymbols.weaken version allowed damaged with
                        | Ok copy -> copy.Length
                        | Error error -> file.Length + 0 * error.Message.Length

                    Assert.equal file.Length length
        ]
