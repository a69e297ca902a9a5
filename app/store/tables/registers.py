"""What was imported from registers: the trips as each register states them, and their ties."""

from sqlmodel import Field, SQLModel


class Register(SQLModel, table=True):
    """A register that was imported.

    `definitions` is what its trips define and rest on, and `ties` what of that stands for something
    else here: a person whom a trip file defines, an entry that one covers. Both are JSON.
    """

    id: str = Field(primary_key=True)
    definitions: str
    ties: str


class RegisterTrip(SQLModel, table=True):
    """A trip as its register states it, in canonical form; JSON, compressed by zlib.

    The trip that is served follows from it and the ties; `uses` lists the ties that it has.
    """

    __tablename__ = "register_trip"
    __table_args__ = ({"sqlite_with_rowid": False},)

    register_id: str = Field(primary_key=True, foreign_key="register.id")
    id: str = Field(primary_key=True)
    digest: str
    uses: str
    body: bytes


class Layer(SQLModel, table=True):
    """What a register adds to a trip of a trip file, which covers some of its entries; JSON."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_id: str = Field(primary_key=True)
    register_id: str = Field(primary_key=True, foreign_key="register.id")
    body: str
